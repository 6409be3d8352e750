/** One subject: the text of a version, what it refers to, and the topics that have it by name. */
import { useQuery } from '@tanstack/react-query';
import type { SchemaVersion, SubjectDetails } from '#core/contract/schema.ts';
import { queries } from '../../api/client.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { prettyJson } from '../../lib/pretty-json.ts';
import { Chip } from '../../ui/chip.tsx';
import { CodeView } from '../../ui/code-view.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Section } from '../../ui/section.tsx';
import { Select } from '../../ui/select.tsx';
import { Split } from '../../ui/split.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { levelText, typeNames } from './type-name.ts';

interface SubjectPageProps {
  readonly subject: string;
  /** Undefined for the newest. */
  readonly version: number | undefined;
}

export function SubjectPage({ subject, version }: SubjectPageProps) {
  const about = useQuery(queries.schemas.subject.queryOptions({ input: { subject } }));
  const shown = version ?? about.data?.versions.at(-1);
  const schema = useQuery(
    queries.schemas.version.queryOptions({
      input: { subject, version: shown ?? 1 },
      enabled: shown !== undefined,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const error = about.error ?? schema.error;
  const details = about.data;
  return (
    <PageFrame
      title={subject}
      parent={{ title: 'Schemas', href: toHref('schemas') }}
      chips={
        details !== undefined && (
          <>
            {schema.data !== undefined && <Chip>{typeNames[schema.data.type]}</Chip>}
            <Chip>
              {levelText(details.compatibility)}
              {!details.isOwnCompatibility && <span className="text-faint">the registry’s</span>}
            </Chip>
          </>
        )
      }
      actions={
        details !== undefined && (
          <Select
            label="Version"
            hidesLabel
            className="w-44"
            options={details.versions.toReversed().map((one, index) => ({
              value: String(one),
              label: `Version ${one}`,
              ...(index === 0 ? { note: 'newest' } : {}),
            }))}
            value={shown === undefined ? undefined : String(shown)}
            onChange={(chosen) => navigate('schemas', subject, chosen)}
          />
        )
      }
    >
      {error !== null ? (
        <div className="px-4 py-3">
          <FailurePanel
            error={error}
            title={`Reading ${subject} failed`}
            onRetry={() => void (about.error === null ? schema.refetch() : about.refetch())}
          />
        </div>
      ) : details === undefined || schema.data === undefined ? (
        <LoadingRows label={`Reading ${subject}`} />
      ) : (
        <Split
          name="schema"
          label="About the schema"
          defaultWidth={320}
          aside={<About details={details} schema={schema.data} />}
        >
          <SchemaCode schema={schema.data} />
        </Split>
      )}
    </PageFrame>
  );
}

function SchemaCode({ schema: { subject, version, type, text } }: { readonly schema: SchemaVersion }) {
  const isJson = type !== 'PROTOBUF';
  return (
    <CodeView
      label={`${subject} version ${version}`}
      code={isJson ? prettyJson(text) : text}
      language={isJson ? 'json' : 'text'}
    />
  );
}

interface AboutProps {
  readonly details: SubjectDetails;
  readonly schema: SchemaVersion;
}

function About({ details: { topics, versions }, schema: { id, version, references } }: AboutProps) {
  return (
    <div className="h-full overflow-y-auto">
      <KeyValues
        rows={[
          { name: 'id', value: id },
          {
            name: 'version',
            value: versions.length === 1 ? `${version}, the only one` : `${version}, of ${versions.length}`,
          },
        ]}
      />
      <Section title="Refers to" className="border-line border-t">
        {references.length === 0 ? (
          <p className="text-muted">No other schema.</p>
        ) : (
          <ul>
            {references.map((reference) => (
              <li key={`${reference.name} ${reference.subject}`} className="wrap-anywhere flex flex-wrap gap-x-2">
                <a
                  href={toHref('schemas', reference.subject, String(reference.version))}
                  className="rounded-small text-accent hover:underline"
                >
                  {reference.subject} version {reference.version}
                </a>
                <span className="data text-muted">as {reference.name}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Topics by this name" className="border-line border-t">
        {topics.length === 0 ? (
          <p className="text-muted">
            None: by custom a topic’s schemas are called <code className="data">topic-key</code> and{' '}
            <code className="data">topic-value</code>.
          </p>
        ) : (
          <ul>
            {topics.map(({ topic, half }) => (
              <li key={topic} className="flex gap-2">
                <a href={toHref('topics', topic)} className="rounded-small text-accent hover:underline">
                  {topic}
                </a>
                <span className="text-muted">its {half}s</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}
