/**
 * What a generated decoder does with each field of the writer's schema, in the writer's order, and which columns the writer
 * has nothing for. Throws `WorkbenchError` where the two schemas can't be brought together.
 */
import { type Field, typeName } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Value } from '#core/contract/value.ts';
import { conversionOf } from './conversion.ts';
import { defaultValue } from './default-value.ts';
import { withoutNull } from './fields.ts';
import { type AvroNode, nodeName, type TopLevelField, topLevelFields } from './schema.ts';

export interface ColumnTarget {
  /** Index of the column in the batch. */
  readonly column: number;
  readonly field: Field;
}

export interface ColumnStep {
  /** The writer's name: it is what an error names. */
  readonly name: string;
  readonly node: AvroNode;
  /** `undefined`: the value is skipped. */
  readonly target: ColumnTarget | undefined;
}

export interface ColumnConstant extends ColumnTarget {
  readonly value: Value;
}

export interface ColumnPlan {
  readonly steps: readonly ColumnStep[];
  readonly constants: readonly ColumnConstant[];
}

/** `reader` gives aliases and defaults to fields that the writer does not have under their name. */
export function planColumns(writer: AvroNode, fields: readonly Field[], reader: AvroNode | undefined): ColumnPlan {
  const written = topLevelFields(writer);
  const readerFields = reader === undefined ? [] : topLevelFields(reader);
  const targets = new Map<TopLevelField, ColumnTarget>();
  const constants: ColumnConstant[] = [];
  fields.forEach((field, column) => {
    const wanted = readerFields.find((candidate) => candidate.name === field.name);
    const source = writerField(field.name, wanted?.aliases ?? [], written);
    if (source === undefined) {
      constants.push({ column, field, value: constantFor(field, wanted) });
    } else {
      checkFits(source, field);
      targets.set(source, { column, field });
    }
  });
  const steps = written.map((field) => ({ name: field.name, node: field.type, target: targets.get(field) }));
  return { steps, constants };
}

function writerField(name: string, aliases: readonly string[], written: readonly TopLevelField[]) {
  const named = (wanted: string) => written.find((field) => field.name === wanted);
  return named(name) ?? aliases.map(named).find((field) => field !== undefined);
}

function constantFor(field: Field, wanted: TopLevelField | undefined): Value {
  if (wanted?.default !== undefined) return defaultValue(wanted.type, wanted.default);
  if (field.nullable) return null;
  throw new WorkbenchError('DECODE_FAILED', `The schema these records were written with has no field ${field.name}.`, {
    object: field.name,
    nextStep: `Give ${field.name} a default in the newer schema, or make it nullable.`,
  });
}

/** A union may hold branches that don't fit: a value of such a branch fails when it is read, as in Avro. */
function checkFits(source: TopLevelField, field: Field): void {
  const { inner } = withoutNull(source.type);
  const branches = inner.kind === 'union' ? inner.branches : [inner];
  const fits = branches.some((branch) => branch.kind === 'null' || conversionOf(branch, field.type) !== undefined);
  if (fits) return;
  const given = nodeName(inner);
  throw new WorkbenchError(
    'DECODE_FAILED',
    `Field ${field.name} was written as ${given}; the column is ${typeName(field.type)}.`,
    {
      object: field.name,
      nextStep: 'Compare the versions of the schema in the registry: the two types can not be read as each other.',
    },
  );
}
