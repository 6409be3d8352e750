/** The schema that a record names by its id: its text, and the subjects that have it. */
import { useQuery } from '@tanstack/react-query';
import type { Decoded } from '#core/contract/record.ts';
import { queries } from '../../api/client.ts';
import { toHref } from '../../lib/location.ts';
import { prettyJson } from '../../lib/pretty-json.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { FailurePanel } from '../../ui/states.tsx';

const typeNames = { AVRO: 'Avro', PROTOBUF: 'Protobuf', JSON: 'JSON Schema' } as const;

export function SchemaTab({ half, decoded }: { readonly half: 'value' | 'key'; readonly decoded: Decoded }) {
  const { schemaId } = decoded;
  if (schemaId === null) {
    return (
      <p className="px-3.5 py-2 text-muted">
        This {half} was read without a schema: it carries no id of one, or its schema could not be used.
      </p>
    );
  }
  return <Schema id={schemaId} />;
}

function Schema({ id }: { readonly id: number }) {
  const { data, error, refetch } = useQuery(
    queries.schemas.byId.queryOptions({ input: { id }, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (data === undefined) {
    if (error === null) return <p className="px-3.5 py-2 text-muted">Reading schema {id}</p>;
    return (
      <div className="px-3.5 py-2">
        <FailurePanel error={error} title={`Reading schema ${id} failed`} onRetry={() => void refetch()} />
      </div>
    );
  }
  const { type, text, uses, references } = data;
  const isJson = type !== 'PROTOBUF';
  return (
    <div className="flex h-full flex-col">
      <KeyValues
        rows={[
          { name: 'schema', value: `${typeNames[type]}, id ${id}` },
          {
            name: 'subject',
            value: uses.length === 0 ? 'not told' : uses.map((use) => <Use key={use.subject} {...use} />),
          },
          ...(references.length === 0
            ? []
            : [
                {
                  name: 'uses',
                  value: references.map(({ subject, version }) => (
                    <Use key={subject} subject={subject} version={version} />
                  )),
                },
              ]),
        ]}
      />
      <div className="min-h-0 flex-1 border-line border-t">
        <CodeView label={`Schema ${id}`} code={isJson ? prettyJson(text) : text} language={isJson ? 'json' : 'text'} />
      </div>
    </div>
  );
}

function Use({ subject, version }: { readonly subject: string; readonly version: number }) {
  return (
    <a href={toHref('schemas', subject, String(version))} className="block text-accent hover:underline">
      {subject} version {version}
    </a>
  );
}
