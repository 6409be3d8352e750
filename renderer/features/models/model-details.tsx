/** One model's card, whole, or why it can't be used. */
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { ModelCardView, ModelSummary } from '#core/contract/model.ts';
import { queries } from '../../api/client.ts';
import { formatBytes } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { IconButton } from '../../ui/button.tsx';
import { type KeyValue, KeyValues } from '../../ui/key-values.tsx';
import { Section } from '../../ui/section.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { metricText, metricTitle } from './metric-text.ts';
import { ParityCheck } from './parity-check.tsx';

interface ModelDetailsProps {
  readonly model: ModelSummary;
  /** Names of those that score with it. */
  readonly pipelines: readonly string[];
  readonly onClose: () => void;
}

export function ModelDetails({ model, pipelines, onClose }: ModelDetailsProps) {
  const { name, error } = model;
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
        <h2 className="truncate font-semibold">{name}</h2>
        <div className="ml-auto">
          <IconButton icon={X} label="Close the model" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      {error === null ? (
        <Card name={name} />
      ) : (
        <div className="px-3.5 pb-3">
          <FailurePanel error={error} title={`${name} can’t be used`} />
        </div>
      )}
      <Section title="Used by" className="border-line border-t">
        {pipelines.length === 0 ? (
          <p className="text-muted">
            No pipeline. Name it under <code className="data">model:</code> in a pipeline’s YAML.
          </p>
        ) : (
          <ul>
            {pipelines.map((pipeline) => (
              <li key={pipeline}>
                <a href={toHref('pipelines', pipeline)} className="rounded-small text-accent hover:underline">
                  {pipeline}
                </a>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Card({ name }: { readonly name: string }) {
  const { data, error, refetch } = useQuery(queries.models.card.queryOptions({ input: { name } }));
  if (data === undefined) {
    if (error === null) return <LoadingRows label="Reading the card" rows={6} />;
    return (
      <div className="px-3.5 pb-3">
        <FailurePanel error={error} title="Reading the card failed" onRetry={() => void refetch()} />
      </div>
    );
  }
  const measured = Object.entries(data.metrics);
  return (
    <>
      <p className="px-3.5 pb-2 text-muted">{data.title}</p>
      <Part
        title="Needs"
        rows={data.inputs.map(({ tensor, type, fields }) => ({
          name: tensor,
          value: (
            <>
              <span className="text-faint">{type}</span>
              <Lines lines={fields} />
            </>
          ),
        }))}
      />
      <Part title="Adds" rows={data.outputs.flatMap(outputRows)} />
      {measured.length > 0 && (
        <Part
          title="Measured when it was trained"
          rows={measured.map(([metric, value]) => ({ name: metricTitle(metric), value: metricText(value) }))}
        />
      )}
      <Part title="Files" rows={fileRows(data)} />
      <ParityCheck key={name} name={name} parity={data.parity} />
      {data.provenance !== null && <Part title="Where it comes from" rows={provenanceRows(data.provenance)} />}
    </>
  );
}

function Part({ title, rows }: { readonly title: string; readonly rows: readonly KeyValue[] }) {
  return (
    <Section title={title} className="border-line border-t">
      <div className="-mx-3.5">
        <KeyValues rows={rows} />
      </div>
    </Section>
  );
}

function outputRows({ tensor, field, target, unit }: ModelCardView['outputs'][number]): KeyValue[] {
  return [
    { name: tensor, value: unit === null ? field : `${field}, ${unit}` },
    ...(target === null ? [] : [{ name: 'truth', value: `${target}, where the data have it` }]),
  ];
}

function fileRows({ folder, file }: ModelCardView): KeyValue[] {
  return [
    { name: 'folder', value: folder },
    {
      name: 'model',
      value:
        file.bytes === null ? (
          <span className="text-bad">{file.name} is missing</span>
        ) : (
          `${file.name}, ${formatBytes(file.bytes)}${file.opset === null ? '' : `, opset ${file.opset}`}`
        ),
    },
    ...(file.sha256 === null ? [] : [{ name: 'SHA-256', value: <Hash file={file} sha256={file.sha256} /> }]),
  ];
}

function Hash({ file: { isAsOnCard }, sha256 }: { readonly file: ModelCardView['file']; readonly sha256: string }) {
  return (
    <>
      {sha256}
      <div className={isAsOnCard ? 'text-ok' : 'text-bad'}>
        {isAsOnCard ? 'as on the card' : 'not the one on the card: pipelines refuse it'}
      </div>
    </>
  );
}

function provenanceRows(provenance: NonNullable<ModelCardView['provenance']>): KeyValue[] {
  const { data, dataSha256, script, scriptSha256, algorithm, libraries, trained } = provenance;
  const rows: ReadonlyArray<readonly [name: string, value: string | null]> = [
    ['trained', trained],
    ['algorithm', algorithm],
    ['data', data],
    ['data SHA-256', dataSha256],
    ['script', script],
    ['script SHA-256', scriptSha256],
    [
      'libraries',
      Object.entries(libraries)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ') || null,
    ],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
