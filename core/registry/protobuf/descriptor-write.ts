/** A model as a `FileDescriptorProto`: what clients ask for that have no parser of `.proto` texts. */
import type {
  ProtoEnum,
  ProtoField,
  ProtoFile,
  ProtoMessage,
  ProtoOption,
  ProtoReserved,
  ProtoService,
} from './model.ts';
import { ProtoSyntaxError, scalarTypes } from './model.ts';
import { type TypeNames, typeNames } from './names.ts';
import { type OptionOwner, writeOptions } from './options.ts';
import { unquote } from './tokens.ts';
import { WireWriter } from './wire.ts';

const groupType = 10;
const messageType = 11;
const enumType = 14;

interface Context {
  readonly names: TypeNames;
  readonly isProto3: boolean;
}

/**
 * `name` is what the descriptor calls the file; `imported` holds the texts of references by the path they are imported by.
 *
 * Throws `ProtoSyntaxError` where a type or an import is not defined.
 */
export function writeDescriptor(name: string, file: ProtoFile, imported: ReadonlyMap<string, string>): Buffer {
  const context = { names: typeNames(file, imported), isProto3: file.syntax === 'proto3' };
  const writer = new WireWriter();
  writer.text(1, name);
  if (file.package !== '') writer.text(2, file.package);
  for (const { path } of file.imports) writer.text(3, path);
  for (const message of file.messages)
    writer.message(4, (inner) => writeMessage(message, file.package, context, inner));
  for (const item of file.enums) writer.message(5, (inner) => writeEnum(item, inner));
  for (const service of file.services)
    writer.message(6, (inner) => writeService(service, file.package, context, inner));
  for (const { extendee, fields } of file.extensions) {
    for (const field of fields)
      writer.message(7, (inner) => writeExtension(field, extendee, file.package, context, inner));
  }
  optionsInto(writer, 8, 'file', file.options);
  for (const [index, { kind }] of file.imports.entries()) {
    if (kind !== undefined) writer.varint(kind === 'public' ? 10 : 11, index);
  }
  if (file.syntax === 'proto3') writer.text(12, 'proto3');
  else if (file.syntax !== 'proto2') {
    writer.text(12, 'editions');
    writer.varint(14, file.syntax === '2023' ? 1000 : 1001);
  }
  return writer.finish();
}

function writeMessage(message: ProtoMessage, scope: string, context: Context, writer: WireWriter): void {
  const full = scope === '' ? message.name : `${scope}.${message.name}`;
  writer.text(1, message.name);
  const synthetic = context.isProto3 ? message.fields.filter(isProto3Optional) : [];
  const oneofs = [...message.oneofs.map(({ name }) => name), ...synthetic.map(({ name }) => `_${name}`)];
  for (const field of message.fields) {
    writer.message(2, (inner) => {
      writeField(field, full, context, inner);
      const isOptional = synthetic.includes(field);
      const oneof = isOptional ? `_${field.name}` : field.oneof;
      if (oneof !== undefined) inner.varint(9, oneofs.indexOf(oneof));
      if (isOptional) inner.varint(17, 1);
    });
  }
  const groups = message.fields.flatMap(({ group }) => group ?? []);
  for (const nested of [...message.messages, ...groups]) {
    writer.message(3, (inner) => writeMessage(nested, full, context, inner));
  }
  for (const field of message.fields) if (field.mapKey !== undefined) writeMapEntry(field, full, context, writer);
  for (const item of message.enums) writer.message(4, (inner) => writeEnum(item, inner));
  for (const { from, to } of message.extensionRanges) writer.message(5, (inner) => writeRange(inner, from, to + 1));
  for (const { extendee, fields } of message.extensions) {
    for (const field of fields) writer.message(6, (inner) => writeExtension(field, extendee, full, context, inner));
  }
  optionsInto(writer, 7, 'message', message.options);
  for (const name of oneofs) writer.message(8, (inner) => inner.text(1, name));
  writeReserved(message.reserved, writer, { ranges: 9, names: 10, endOffset: 1 });
}

function isProto3Optional(field: ProtoField): boolean {
  return field.label === 'optional';
}

function writeField(field: ProtoField, scope: string, context: Context, writer: WireWriter): void {
  const label = field.mapKey === undefined ? field.label : 'repeated';
  writer.text(1, field.name);
  writer.varint(3, field.number);
  writer.varint(4, { optional: 1, required: 2, repeated: 3 }[label ?? 'optional']);
  writeType(field, scope, context, writer);
  const value = (name: string) => field.options.find((option) => option.name === name)?.value;
  const fallback = value('default');
  if (fallback !== undefined) writer.text(7, defaultText(field.type, fallback));
  optionsInto(writer, 8, 'field', field.options);
  const jsonName = value('json_name');
  writer.text(10, jsonName === undefined ? jsonNameOf(field.name) : unquote(jsonName));
}

function writeType(field: ProtoField, scope: string, { names }: Context, writer: WireWriter): void {
  if (field.mapKey !== undefined) {
    writer.varint(5, messageType);
    writer.text(6, `.${scope}.${mapEntryName(field.name)}`);
  } else if (field.group !== undefined) {
    writer.varint(5, groupType);
    writer.text(6, `.${scope}.${field.group.name}`);
  } else if (isScalar(field.type)) writer.varint(5, scalarTypes[field.type]);
  else {
    const { name, kind } = names.resolve(field.type, scope);
    writer.varint(5, kind === 'enum' ? enumType : messageType);
    writer.text(6, name);
  }
}

function writeMapEntry(field: ProtoField, scope: string, context: Context, writer: WireWriter): void {
  if (!isScalar(field.mapKey ?? '')) throw new ProtoSyntaxError(`A map can't have keys of type ${field.mapKey}`);
  const entry = { label: 'optional', options: [] } as const;
  const name = mapEntryName(field.name);
  writer.message(3, (inner) => {
    inner.text(1, name);
    inner.message(2, (key) =>
      writeField({ ...entry, name: 'key', number: 1, type: field.mapKey! }, scope, context, key),
    );
    inner.message(2, (value) =>
      writeField({ ...entry, name: 'value', number: 2, type: field.type }, scope, context, value),
    );
    inner.message(7, (options) => options.varint(7, 1));
  });
}

function writeExtension(
  field: ProtoField,
  extendee: string,
  scope: string,
  context: Context,
  writer: WireWriter,
): void {
  writer.text(2, context.names.resolve(extendee, scope).name);
  writeField(field, scope, context, writer);
}

function writeEnum({ name, values, reserved, options }: ProtoEnum, writer: WireWriter): void {
  writer.text(1, name);
  for (const value of values) {
    writer.message(2, (inner) => {
      inner.text(1, value.name);
      inner.varint(2, value.number);
      optionsInto(inner, 3, 'value', value.options);
    });
  }
  optionsInto(writer, 3, 'enum', options);
  writeReserved(reserved, writer, { ranges: 4, names: 5, endOffset: 0 });
}

function writeService(
  { name, methods, options }: ProtoService,
  scope: string,
  { names }: Context,
  writer: WireWriter,
): void {
  writer.text(1, name);
  for (const method of methods) {
    writer.message(2, (inner) => {
      inner.text(1, method.name);
      inner.text(2, names.resolve(method.input, scope).name);
      inner.text(3, names.resolve(method.output, scope).name);
      optionsInto(inner, 4, 'method', method.options);
      if (method.clientStreaming) inner.varint(5, 1);
      if (method.serverStreaming) inner.varint(6, 1);
    });
  }
  optionsInto(writer, 3, 'service', options);
}

function writeReserved(
  { ranges, names }: ProtoReserved,
  writer: WireWriter,
  fields: { readonly ranges: number; readonly names: number; readonly endOffset: number },
): void {
  for (const { from, to } of ranges) {
    writer.message(fields.ranges, (inner) => writeRange(inner, from, to + fields.endOffset));
  }
  for (const name of names) writer.text(fields.names, name);
}

function writeRange(writer: WireWriter, start: number, end: number): void {
  writer.varint(1, start);
  writer.varint(2, end);
}

function optionsInto(writer: WireWriter, field: number, owner: OptionOwner, options: readonly ProtoOption[]): void {
  const inner = new WireWriter();
  writeOptions(owner, options, inner);
  if (!inner.isEmpty) writer.bytes(field, inner.finish());
}

/** Bytes keep their escapes in a descriptor, strings do not. */
function defaultText(type: string, value: string): string {
  if (type === 'bytes') return value.slice(1, -1);
  return /^["']/.test(value) ? unquote(value) : value;
}

function isScalar(type: string): type is keyof typeof scalarTypes {
  return Object.hasOwn(scalarTypes, type);
}

export function jsonNameOf(name: string): string {
  return name.replace(/_+([a-zA-Z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}

function mapEntryName(name: string): string {
  return `${name.replace(/(^|_)([a-zA-Z0-9])/g, (_, _gap, letter: string) => letter.toUpperCase()).replaceAll('_', '')}Entry`;
}
