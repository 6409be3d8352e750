/**
 * The options that `descriptor.proto` itself defines, by their place there. Options of extensions (`(my.rule)`) and
 * features of editions are kept in a text, but can't be carried into a descriptor or out of one without their definition.
 */
import type { ProtoOption } from './model.ts';
import { quote, unquote } from './tokens.ts';
import type { WireMessage, WireWriter } from './wire.ts';

type Kind = 'bool' | 'text' | readonly string[];
type Table = Readonly<Record<string, readonly [field: number, kind: Kind]>>;

/** Where an enum begins at 1, the place of 0 is empty. */
const optimizeMode = ['', 'SPEED', 'CODE_SIZE', 'LITE_RUNTIME'];

const optionTables = {
  file: {
    java_package: [1, 'text'],
    java_outer_classname: [8, 'text'],
    optimize_for: [9, optimizeMode],
    java_multiple_files: [10, 'bool'],
    go_package: [11, 'text'],
    cc_generic_services: [16, 'bool'],
    java_generic_services: [17, 'bool'],
    py_generic_services: [18, 'bool'],
    java_generate_equals_and_hash: [20, 'bool'],
    deprecated: [23, 'bool'],
    java_string_check_utf8: [27, 'bool'],
    cc_enable_arenas: [31, 'bool'],
    objc_class_prefix: [36, 'text'],
    csharp_namespace: [37, 'text'],
    swift_prefix: [39, 'text'],
    php_class_prefix: [40, 'text'],
    php_namespace: [41, 'text'],
    php_metadata_namespace: [44, 'text'],
    ruby_package: [45, 'text'],
  },
  message: {
    message_set_wire_format: [1, 'bool'],
    no_standard_descriptor_accessor: [2, 'bool'],
    deprecated: [3, 'bool'],
  },
  field: {
    ctype: [1, ['STRING', 'CORD', 'STRING_PIECE']],
    packed: [2, 'bool'],
    deprecated: [3, 'bool'],
    lazy: [5, 'bool'],
    jstype: [6, ['JS_NORMAL', 'JS_STRING', 'JS_NUMBER']],
    weak: [10, 'bool'],
    unverified_lazy: [15, 'bool'],
    debug_redact: [16, 'bool'],
  },
  oneof: {},
  enum: { allow_alias: [2, 'bool'], deprecated: [3, 'bool'] },
  value: { deprecated: [1, 'bool'] },
  service: { deprecated: [33, 'bool'] },
  method: {
    deprecated: [33, 'bool'],
    idempotency_level: [34, ['IDEMPOTENCY_UNKNOWN', 'NO_SIDE_EFFECTS', 'IDEMPOTENT']],
  },
} as const satisfies Record<string, Table>;

export type OptionOwner = keyof typeof optionTables;

export function writeOptions(owner: OptionOwner, options: readonly ProtoOption[], writer: WireWriter): void {
  const table: Table = optionTables[owner];
  for (const { name, value } of options) {
    const entry = Object.hasOwn(table, name) ? table[name] : undefined;
    if (entry === undefined) continue;
    const [field, kind] = entry;
    if (kind === 'text') writer.text(field, unquote(value));
    else writer.varint(field, kind === 'bool' ? Number(value === 'true') : Math.max(0, kind.indexOf(value)));
  }
}

export function readOptions(owner: OptionOwner, message: WireMessage | undefined): ProtoOption[] {
  if (message === undefined) return [];
  return Object.entries(optionTables[owner] as Table).flatMap(([name, [field, kind]]): ProtoOption[] => {
    if (kind === 'text') {
      const text = message.text(field);
      return text === undefined ? [] : [{ name, value: quote(text) }];
    }
    const number = message.number(field);
    if (number === undefined) return [];
    return [{ name, value: kind === 'bool' ? String(number !== 0) : (kind[number] ?? String(number)) }];
  });
}
