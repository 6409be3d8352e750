/** One model's card, or why it can't be used. */
import { X } from 'lucide-react';
import type { ModelSummary } from '#core/contract/model.ts';
import { toHref } from '../../lib/location.ts';
import { IconButton } from '../../ui/button.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { Section } from '../../ui/section.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { metricText, metricTitle } from './metric-text.ts';

interface ModelDetailsProps {
  readonly model: ModelSummary;
  /** Names of those that score with it. */
  readonly pipelines: readonly string[];
  readonly onClose: () => void;
}

export function ModelDetails({ model, pipelines, onClose }: ModelDetailsProps) {
  const { name, title, error } = model;
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
        <h2 className="truncate font-semibold">{name}</h2>
        <div className="ml-auto">
          <IconButton icon={X} label="Close the model" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      {error === null ? (
        <Card model={model} title={title} />
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

function Card({ model: { inputs, output, metrics }, title }: { readonly model: ModelSummary; readonly title: string }) {
  const measured = Object.entries(metrics);
  return (
    <>
      <p className="px-3.5 pb-2 text-muted">{title}</p>
      <Section title="Columns" className="border-line border-t">
        <div className="-mx-3.5">
          <KeyValues
            rows={[
              { name: 'needs', value: <Lines lines={inputs} /> },
              { name: 'adds', value: output },
            ]}
          />
        </div>
      </Section>
      {measured.length > 0 && (
        <Section title="Measured when it was trained" className="border-line border-t">
          <div className="-mx-3.5">
            <KeyValues
              rows={measured.map(([metric, value]) => ({ name: metricTitle(metric), value: metricText(value) }))}
            />
          </div>
        </Section>
      )}
    </>
  );
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
