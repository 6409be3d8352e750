/** Which type a name means: Protobuf looks from the innermost scope outwards, through the file and what it imports. */
import { type ProtoEnum, type ProtoFile, type ProtoMessage, ProtoSyntaxError } from './model.ts';
import { parseProto } from './parse.ts';

export type TypeKind = 'message' | 'enum';

export interface TypeNames {
  /** The full name with a dot before it, and what it is. Throws `ProtoSyntaxError` for a name that nothing defines. */
  resolve(name: string, scope: string): { readonly name: string; readonly kind: TypeKind };
}

/** Files that come with every Protobuf library: never among the references. */
const builtIn = /^(google\/(protobuf|type|rpc)|confluent)\//;
const builtInNames = /^(google\.(protobuf|type|rpc)|confluent)\./;
const builtInEnums = new Set([
  'google.protobuf.NullValue',
  'google.protobuf.Syntax',
  'google.protobuf.Field.Kind',
  'google.protobuf.Field.Cardinality',
  'google.type.DayOfWeek',
  'google.type.Month',
  'google.type.CalendarPeriod',
  'google.rpc.Code',
]);

/** `imported` holds the texts of references by the path they are imported by. */
export function typeNames(file: ProtoFile, imported: ReadonlyMap<string, string>): TypeNames {
  const kinds = new Map<string, TypeKind>();
  const read = new Set<string>();
  addTypes(file, kinds);
  addImports(file);

  function addImports(from: ProtoFile): void {
    for (const { path } of from.imports) {
      if (builtIn.test(path) || read.has(path)) continue;
      read.add(path);
      const text = imported.get(path);
      if (text === undefined) throw new ProtoSyntaxError(`The import ${path} is not among the references`);
      const next = parseProto(text);
      addTypes(next, kinds);
      addImports(next);
    }
  }

  return {
    resolve(name, scope) {
      const possible = candidates(name, scope);
      const defined = possible.find((candidate) => kinds.has(candidate));
      if (defined !== undefined) return { name: `.${defined}`, kind: kinds.get(defined)! };
      const assumed = possible.findLast((candidate) => builtInNames.test(candidate));
      if (assumed !== undefined) return { name: `.${assumed}`, kind: builtInEnums.has(assumed) ? 'enum' : 'message' };
      throw new ProtoSyntaxError(`The type ${name} is not defined${scope === '' ? '' : ` (in ${scope})`}`);
    },
  };
}

function candidates(name: string, scope: string): string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  const found: string[] = [];
  for (let at = scope; at !== ''; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '')
    found.push(`${at}.${name}`);
  return [...found, name];
}

function addTypes(file: ProtoFile, kinds: Map<string, TypeKind>): void {
  const own: { scope: string; messages: readonly ProtoMessage[]; enums: readonly ProtoEnum[] }[] = [
    { scope: file.package, ...file },
  ];
  for (let part = own.pop(); part !== undefined; part = own.pop()) {
    const prefix = part.scope === '' ? '' : `${part.scope}.`;
    for (const { name } of part.enums) kinds.set(prefix + name, 'enum');
    for (const message of part.messages) {
      kinds.set(prefix + message.name, 'message');
      const groups = message.fields.flatMap(({ group }) => group ?? []);
      own.push({ scope: prefix + message.name, messages: [...message.messages, ...groups], enums: message.enums });
    }
  }
}
