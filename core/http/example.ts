/** A value of a JSON Schema: the schema's own example where it has one, else the plainest value of its shape. */

/** What is read here of a schema. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Something an answer may be: every property is there, arrays have one item. */
export function answerExample(schema: JsonSchema | undefined): unknown {
  return exampleOf(schema, { keeps: () => true, without: plainest });
}

/**
 * Something to send: what must be there and what has an example. `without` is asked for a value where the schema says
 * nothing to choose one by.
 */
export function inputExample(
  schema: JsonSchema | undefined,
  without: (schema: JsonSchema, path: string) => unknown = plainest,
): unknown {
  const keeps = (name: string, parent: JsonSchema): boolean =>
    parent.required?.includes(name) === true || parent.properties?.[name]?.examples !== undefined;
  return exampleOf(schema, { keeps, without });
}

interface Choice {
  readonly keeps: (name: string, parent: JsonSchema) => boolean;
  readonly without: (schema: JsonSchema, path: string) => unknown;
}

function exampleOf(schema: JsonSchema | undefined, choice: Choice, path = ''): unknown {
  if (schema === undefined) return null;
  if (schema.examples !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const branch = (schema.oneOf ?? schema.anyOf)?.find(({ type }) => type !== 'null');
  if (branch !== undefined) return exampleOf(branch, choice, path);
  if (schema.properties !== undefined) {
    const kept = Object.entries(schema.properties).filter(([name]) => choice.keeps(name, schema));
    return Object.fromEntries(kept.map(([name, property]) => [name, exampleOf(property, choice, `${path}.${name}`)]));
  }
  if (schema.type === 'array') return [exampleOf(schema.items, choice, `${path}[]`)];
  if (schema.type === 'boolean') return false;
  return choice.without(schema, path);
}

function plainest({ type, format, minimum }: JsonSchema): unknown {
  if (type === 'number' || type === 'integer') return minimum ?? 0;
  if (format === 'int64') return '0';
  return type === 'string' ? 'text' : {};
}
