import { useEffect, useState } from 'react';
import { formatRate } from '../../lib/format.ts';
import { LiveChart } from '../../ui/live-chart.tsx';
import { RateChart } from '../../ui/rate-chart.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { Specimen } from './specimen.tsx';

const seconds = 121;

/** A wave with a gap and a standstill, a step further each second. */
function wave(from: number, height: number): (number | null)[] {
  return Array.from({ length: seconds }, (_, index) => {
    const at = from + index;
    if (at % 90 < 4) return null;
    return at % 60 < 6 ? 0 : Math.round(height * (1 + Math.sin(at / 9) / 3));
  });
}

export function Charts() {
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setAt((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const rows = wave(at, 12_000);
  return (
    <div className="grid grid-cols-2 gap-8 max-[900px]:grid-cols-1">
      <Specimen name="Rate" className="flex h-40 flex-col">
        <RateChart label="Rows written a second" points={rows} />
      </Specimen>
      <Specimen name="Several series, one crosshair" className="flex h-40 flex-col">
        <LiveChart
          label="Records a second by stage"
          format={formatRate}
          series={[
            { name: 'read', points: wave(at, 14_000) },
            { name: 'written', points: wave(at + 8, 9_000) },
            { name: 'set aside', points: wave(at + 30, 2_000) },
          ]}
        />
      </Specimen>
      <Specimen name="Sparkline">
        <Sparkline label="Rows written a second" points={rows} />
        <Sparkline label="Nothing measured" points={wave(0, 0).map(() => null)} />
      </Specimen>
    </div>
  );
}
