/** Which fields of the records hold times, by the schema that each record names; none until the schema was read, or can't be. */
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Decoded, TopicRecord } from '#core/contract/record.ts';
import { queries } from '../../api/client.ts';
import { type TimeFields, timeFields } from '../../lib/avro-times.ts';

/** By schema id. */
export type Times = ReadonlyMap<number, TimeFields>;

const none: TimeFields = new Map();
/** A topic has few; beyond, numbers stay numbers. */
const mostSchemas = 20;

export const timesOf = (times: Times, { schemaId }: Decoded): TimeFields =>
  (schemaId === null ? undefined : times.get(schemaId)) ?? none;

export function useTimeFields(records: readonly TopicRecord[]): Times {
  const ids = useMemo(() => {
    const named = records.flatMap(({ key, value }) => [key, value].filter(({ format }) => format === 'avro'));
    return [...new Set(named.map(({ schemaId }) => schemaId))].filter((id) => id !== null).slice(0, mostSchemas);
  }, [records]);
  const fields = useQueries({
    queries: ids.map((id) =>
      queries.schemas.byId.queryOptions({ input: { id }, staleTime: Number.POSITIVE_INFINITY, select }),
    ),
    combine,
  });
  return useMemo(() => new Map(ids.map((id, index) => [id, fields[index] ?? none])), [ids, fields]);
}

// Outside: what changes with each drawing would be asked and drawn without end.
const select = ({ text }: { readonly text: string }): TimeFields => timeFields(text);
const combine = (results: ReadonlyArray<{ readonly data: TimeFields | undefined }>) => results.map(({ data }) => data);
