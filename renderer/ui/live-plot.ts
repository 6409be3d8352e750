/**
 * uPlot as the live charts use it: lines over the last seconds, now at the right. A chunk of its own, loaded when the first chart is
 * shown. Colours are the page's tokens, read when it draws; while it is out of sight it draws nothing.
 */
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatCount } from '../lib/format.ts';
import { niceCeiling } from '../lib/scale.ts';

export interface PlotReading {
  /** Index into the points, and pixels from the left of the chart. */
  readonly index: number;
  readonly left: number;
}

export interface PlotOptions {
  /** One for each series. */
  readonly colors: readonly string[];
  /** The upper end of the scale at least. */
  readonly lowestTop: number;
  /** Charts of the same key share the crosshair. */
  readonly syncKey: string;
  readonly onRead: (reading: PlotReading | undefined) => void;
}

export interface PlotHandle {
  /** Each series as long as the others, a point a second, oldest first. */
  setPoints(series: readonly (readonly (number | null)[])[]): void;
  /** The theme has changed. */
  recolor(): void;
  close(): void;
}

/** As wide as the words below the chart are set in: see live-chart.tsx. */
const scaleWidth = 56;
const font = '12px "JetBrains Mono Variable", ui-monospace, monospace';

export function openPlot(element: HTMLElement, options: PlotOptions): PlotHandle {
  let latest: UPlot.AlignedData = [[], ...options.colors.map(() => [])];
  let isInSight = false;
  let isStale = false;
  const plot = new UPlot(plotOptions(element, options), latest, element);
  const draw = (): void => {
    isStale = !isInSight || document.visibilityState === 'hidden';
    if (!isStale) plot.setData(latest);
  };
  const sizes = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = element;
    if (width > 0 && height > 0) plot.setSize({ width, height });
  });
  const sight = new IntersectionObserver((entries) => {
    isInSight = entries.at(-1)?.isIntersecting ?? false;
    if (isInSight && isStale) draw();
  });
  sizes.observe(element);
  sight.observe(element);
  return {
    setPoints: (series) => {
      const length = series[0]?.length ?? 0;
      latest = [Array.from({ length }, (_, index) => index - length + 1), ...series.map((points) => [...points])];
      draw();
    },
    recolor: () => plot.redraw(false, true),
    close: () => {
      sizes.disconnect();
      sight.disconnect();
      plot.destroy();
    },
  };
}

function plotOptions(element: HTMLElement, { colors, lowestTop, syncKey, onRead }: PlotOptions): UPlot.Options {
  const token = (name: string) => () => colorOf(element, name);
  const line = { stroke: token('--line'), width: 1 };
  return {
    width: Math.max(1, element.clientWidth),
    height: Math.max(1, element.clientHeight),
    padding: [8, 0, 8, 0],
    legend: { show: false },
    cursor: {
      sync: { key: syncKey, setSeries: false },
      drag: { x: false, y: false },
      y: false,
      points: { size: 6, fill: (_, series) => colorOf(element, colors[series - 1] ?? '--accent') },
    },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, niceCeiling(Math.max(lowestTop, max ?? 0))] } },
    axes: [
      // Its words stand below the chart: at its ends these would be cut.
      { show: false },
      {
        size: scaleWidth,
        gap: 6,
        font,
        stroke: token('--text-faint'),
        grid: line,
        ticks: { show: false },
        splits: (_, __, min, max) => [min, (min + max) / 2, max],
        values: (_, splits) => splits.map((value) => formatCount(value)),
      },
    ],
    series: [
      {},
      ...colors.map((color, index) => ({
        stroke: () => colorOf(element, color),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        // A shape too, for who does not tell the colours apart.
        ...(index === 0 ? {} : { dash: index % 2 === 1 ? [6, 3] : [2, 3] }),
        ...(colors.length === 1 ? { fill: () => colorOf(element, '--accent-tint') } : {}),
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor, bbox }) => {
          const { idx, left = -1 } = cursor;
          onRead(idx == null || left < 0 ? undefined : { index: idx, left: left + bbox.left / devicePixelRatio });
        },
      ],
    },
  };
}

/** The canvas takes no variables, and `light-dark()` only what has been computed. */
function colorOf(element: HTMLElement, token: string): string {
  const probe = element.ownerDocument.createElement('span');
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
