/** A registry with a subject of each type, one of them with references. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { SchemaVersion, SubjectRow } from '#core/contract/schema.ts';
import { answerable } from './fake-answers.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.schemas);
const registry = 'http://127.0.0.1:8081';

const rows: readonly SubjectRow[] = [
  row('flights-faulty-value', 'AVRO', 1, 3),
  row('flights-value', 'AVRO', 2, 3),
  { ...row('orders-value', 'PROTOBUF', 1, 5), compatibility: 'FULL_TRANSITIVE', isOwnCompatibility: true },
  row('payments.settled-value', 'JSON', 4, 9),
  row('shared.money', 'AVRO', 1, 6),
];

function row(subject: string, type: NonNullable<SubjectRow['type']>, versions: number, latestId: number): SubjectRow {
  return {
    subject,
    type,
    versions,
    latestVersion: versions,
    latestId,
    compatibility: 'BACKWARD',
    isOwnCompatibility: false,
  };
}

export function fakeSchemas(workbench: FakeWorkbench) {
  return {
    list: os.list.handler(async function* ({ signal }) {
      await answerable(workbench, signal, 'the subjects');
      const shown = workbench.scenario === 'empty' ? [] : rows;
      yield { registry, subjects: shown.map(({ subject }) => ({ subject })) };
      yield { registry, subjects: [...shown] };
    }),
    subject: os.subject.handler(async ({ input: { subject }, signal }) => {
      await answerable(workbench, signal, subject);
      const { versions = 0, compatibility = '', isOwnCompatibility = false } = find(subject);
      const [, topic, half] = /^(.+)-(key|value)$/.exec(subject) ?? [];
      return {
        subject,
        versions: Array.from({ length: versions }, (_, index) => index + 1),
        compatibility,
        isOwnCompatibility,
        topics: topic === undefined ? [] : [{ topic, half: half as 'key' | 'value' }],
      };
    }),
    version: os.version.handler(async ({ input: { subject, version }, signal }) => {
      await answerable(workbench, signal, subject);
      return versionOf(find(subject), version);
    }),
    byId: os.byId.handler(({ input: { id } }) => {
      const used = rows.filter(({ latestId }) => latestId === id);
      const [first] = used;
      if (first === undefined) throw notThere(`schema ${id}`);
      const { type, text, references } = versionOf(first, first.latestVersion ?? 1);
      return {
        id,
        type,
        text,
        references,
        uses: used.map(({ subject, versions = 1 }) => ({ subject, version: versions })),
      };
    }),
  };
}

function find(subject: string): SubjectRow {
  const found = rows.find((one) => one.subject === subject);
  if (found === undefined) throw notThere(`subject ${subject}`);
  return found;
}

function notThere(object: string): WorkbenchError {
  return new WorkbenchError('REGISTRY_NOT_FOUND', `The registry has no ${object}`, {
    object,
    nextStep: `Check that it was registered at ${registry} and not deleted since.`,
  });
}

function versionOf({ subject, type = 'AVRO', versions = 1, latestId = 1 }: SubjectRow, version: number): SchemaVersion {
  const base = { subject, version, id: latestId - (versions - version), type, references: [] };
  if (type === 'PROTOBUF')
    return { ...base, text: proto, references: [{ name: 'money.proto', subject: 'shared.money', version: 1 }] };
  if (type === 'JSON')
    return { ...base, text: '{"type":"object","properties":{"amount":{"type":"number","maximum":9007199254740993}}}' };
  return {
    ...base,
    text:
      version === 1
        ? avro
        : avro.replace('"fields":[', '"fields":[{"name":"gate","type":["null","string"],"default":null},'),
  };
}

const avro =
  '{"type":"record","name":"Flight","namespace":"mercury.sample","fields":[{"name":"flight_id","type":"long"},{"name":"time_hour","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"carrier","type":"string"},{"name":"dep_delay","type":["null","float"],"default":null},{"name":"distance","type":"int","default":9007199254740993}]}';
const proto = `syntax = "proto3";

import "money.proto";

message Order {
  int64 id = 1;
  Money total = 2;
}
`;
