/**
 * A pipeline as a picture: topic → decode → model → sinks, with what each stage has done and how fast records move between them.
 *
 * It keeps its form while nothing runs: numbers that are not there yet are dashes.
 */
import { Binary, BrainCircuit, Database, type LucideIcon, Rows3 } from 'lucide-react';
import { Fragment } from 'react';
import type { PipelineStatus, Stage } from '#core/contract/pipeline.ts';
import { useRate } from '../api/rates.ts';
import { classes } from '../lib/classes.ts';
import { formatCount, formatMilliseconds, formatRate } from '../lib/format.ts';
import { Sparkline } from './sparkline.tsx';

interface Node {
  readonly id: Stage['id'];
  readonly kind: string;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string, tone?: 'bad' | 'warn'])[];
  readonly ratePerSecond: number | null;
  readonly hasErrors: boolean;
}

export function PipelineStages({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const nodes = nodesOf(pipeline);
  return (
    <div className="@container">
      <ol
        aria-label={`Stages of ${pipeline.name}`}
        className="flex items-stretch @max-xl:grid @max-xl:grid-cols-2 @max-xl:gap-2"
      >
        {nodes.map((node, index) => (
          <Fragment key={node.id}>
            {index > 0 && (
              <Wire
                ratePerSecond={node.ratePerSecond}
                waiting={node.id === 'sink' ? pipeline.progress?.inFlight : undefined}
              />
            )}
            <StageCard pipeline={pipeline.name} node={node} />
          </Fragment>
        ))}
      </ol>
    </div>
  );
}

function StageCard({ pipeline, node }: { readonly pipeline: string; readonly node: Node }) {
  const { id, kind, icon: Icon, title, facts, ratePerSecond, hasErrors } = node;
  const points = useRate(pipeline, id);
  return (
    <li
      className={classes(
        'flex min-w-0 max-w-72 flex-[5_1_0] flex-col rounded-control border bg-surface px-3 py-2 @max-xl:max-w-none',
        hasErrors ? 'border-bad/60' : 'border-line-strong',
      )}
    >
      <div className="flex items-center gap-1.5 text-data text-faint">
        <Icon size={13} aria-hidden />
        {kind}
        <span className="figures ml-auto @xl:hidden">
          {ratePerSecond === null ? '' : `${formatRate(ratePerSecond)}/s`}
        </span>
      </div>
      <div className="truncate font-medium" title={title}>
        {title}
      </div>
      <dl className="mt-1">
        {facts.map(([name, value, tone]) => (
          <div key={name} className="data flex justify-between gap-2">
            <dt className="truncate text-faint">{name}</dt>
            <dd
              className={classes(
                'shrink-0',
                tone === 'bad' ? 'text-bad' : tone === 'warn' ? 'text-warn' : 'text-muted',
              )}
            >
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <Sparkline
        label={`${title}, records a second over two minutes`}
        points={points}
        className="mt-auto h-6 w-full pt-1"
      />
    </li>
  );
}

interface WireProps {
  readonly ratePerSecond: number | null;
  /** Records between the two stages: decoded and scored, not yet committed. */
  readonly waiting: bigint | undefined;
}

/** The records that reach the stage at its right. Only the sink is waited for: the stages before it take turns. */
function Wire({ ratePerSecond, waiting }: WireProps) {
  const isMoving = ratePerSecond !== null && ratePerSecond > 0;
  return (
    <li aria-hidden className="relative flex min-w-13 max-w-40 flex-1 items-center @max-xl:hidden">
      <span className={classes('h-px flex-1', isMoving ? 'bg-accent' : 'bg-line-strong')} />
      <span
        className={classes(
          'size-0 border-y-4 border-y-transparent border-l-[6px]',
          isMoving ? 'border-l-accent' : 'border-l-line-strong',
        )}
      />
      <span className="data absolute inset-x-0 bottom-1/2 mb-0.5 text-center text-muted">
        {ratePerSecond === null ? '' : `${formatRate(ratePerSecond)}/s`}
      </span>
      {waiting !== undefined && (
        <span className="data absolute inset-x-0 top-1/2 mt-0.5 text-center text-faint">
          {formatCount(waiting)} wait
        </span>
      )}
    </li>
  );
}

const dash = '–';

function nodesOf(pipeline: PipelineStatus): readonly Node[] {
  const { progress, topic, model, sinks } = pipeline;
  const stage = (id: Stage['id']): Stage | undefined => progress?.stages.find((each) => each.id === id);
  const source = stage('source');
  const sinkStage = stage('sink');
  const common = (at: Stage | undefined) => ({
    ratePerSecond: at?.ratePerSecond ?? null,
    hasErrors: (at?.errors ?? 0n) > 0n,
  });
  const nodes: Node[] = [
    {
      id: 'source',
      kind: 'Topic',
      icon: Rows3,
      title: topic,
      facts: [
        ['read', source === undefined ? dash : formatCount(source.count)],
        ['lag', progress === null || progress.lag === null ? dash : formatCount(progress.lag)],
        ['p99', latency(source, 'p99Ms')],
      ],
      ...common(source),
    },
    {
      id: 'decode',
      kind: 'Decode',
      icon: Binary,
      title: stage('decode')?.title ?? 'Decode',
      facts: [
        ['p50', latency(stage('decode'), 'p50Ms')],
        ['p99', latency(stage('decode'), 'p99Ms')],
        errorsOf(stage('decode')),
      ],
      ...common(stage('decode')),
    },
  ];
  if (model !== null) {
    const error = progress?.modelError ?? null;
    nodes.push({
      id: 'model',
      kind: 'Model',
      icon: BrainCircuit,
      title: model,
      facts: [
        ['p50', latency(stage('model'), 'p50Ms')],
        ['p99', latency(stage('model'), 'p99Ms')],
        ['off', error === null ? dash : `${error.mean.toFixed(1)} ${shortUnit(error.unit)}`],
      ],
      ...common(stage('model')),
    });
  }
  nodes.push({
    id: 'sink',
    kind: sinks.length > 1 ? 'Sinks' : 'Sink',
    icon: Database,
    title: sinks.map(({ title }) => title).join(', '),
    facts: [
      ['written', progress === null ? dash : formatCount(progress.written)],
      ['p50', latency(sinkStage, 'p50Ms')],
      ['p99', latency(sinkStage, 'p99Ms')],
    ],
    ...common(sinkStage),
  });
  return nodes;
}

function latency(stage: Stage | undefined, quantile: 'p50Ms' | 'p99Ms'): string {
  const milliseconds = stage?.[quantile] ?? null;
  return milliseconds === null ? dash : formatMilliseconds(milliseconds);
}

function errorsOf(stage: Stage | undefined): Node['facts'][number] {
  const errors = stage?.errors ?? 0n;
  return errors > 0n ? ['errors', formatCount(errors), 'bad'] : ['errors', stage === undefined ? dash : '0'];
}

export function shortUnit(unit: string): string {
  return unit === 'minutes' ? 'min' : unit === 'seconds' ? 's' : unit;
}
