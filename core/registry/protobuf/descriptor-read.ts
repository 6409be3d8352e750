/** A `FileDescriptorProto`, as Python's and JavaScript's serializers register it, as a model. */
import { jsonNameOf } from './descriptor-write.ts';
import {
  type ProtoEnum,
  type ProtoExtend,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoOption,
  type ProtoService,
  ProtoSyntaxError,
  scalarTypes,
} from './model.ts';
import { readOptions } from './options.ts';
import { quote } from './tokens.ts';
import { WireMessage } from './wire.ts';

const groupType = 10;
const scalarByNumber = new Map<number, string>(Object.entries(scalarTypes).map(([name, number]) => [number, name]));
const labels = [undefined, 'optional', 'required', 'repeated'] as const;

/** The descriptor in base64, the form in which it is registered; `undefined` where the text is something else. */
export function readDescriptor(base64: string): ProtoFile | undefined {
  const compact = base64.replace(/\s+/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const message = new WireMessage(Buffer.from(compact, 'base64'));
  const syntax = syntaxOf(message);
  const weak = new Set(message.numbers(11));
  const open = new Set(message.numbers(10));
  return {
    syntax,
    package: checked(message.text(2) ?? '', /^[\w.]*$/),
    imports: message.texts(3).map((path, index) => ({
      path,
      kind: open.has(index) ? 'public' : weak.has(index) ? 'weak' : undefined,
    })),
    options: readOptions('file', message.messages(8)[0]),
    messages: message.messages(4).map((inner) => readMessage(inner, syntax)),
    enums: message.messages(5).map(readEnum),
    services: message.messages(6).map(readService),
    extensions: readExtensions(message.messages(7), syntax),
  };
}

function syntaxOf(message: WireMessage): string {
  const syntax = message.text(12) ?? 'proto2';
  if (syntax !== 'editions') return checked(syntax, /^proto[23]$/);
  return message.number(14) === 1000 ? '2023' : '2024';
}

function readMessage(message: WireMessage, syntax: string): ProtoMessage {
  const nested = message.messages(3).map((inner) => ({ inner, isMap: inner.messages(7)[0]?.number(7) === 1 }));
  const entries = new Map(nested.filter(({ isMap }) => isMap).map(({ inner }) => [name(inner), inner]));
  const types = nested.filter(({ isMap }) => !isMap).map(({ inner }) => readMessage(inner, syntax));
  const oneofs = message.messages(8).map(name);
  const fields = message.messages(2).map((field) => {
    const isProto3Optional = field.number(17) === 1;
    const oneof = isProto3Optional ? undefined : oneofs[field.number(9) ?? -1];
    const read = readField(field, { syntax, entries, types, isProto3Optional });
    return oneof === undefined ? read : { ...read, label: undefined, oneof };
  });
  const groups = new Set(fields.map(({ group }) => group));
  const used = new Set(fields.map(({ oneof }) => oneof));
  return {
    name: name(message),
    fields,
    oneofs: oneofs.filter((oneof) => used.has(oneof)).map((oneof) => ({ name: oneof, options: [] })),
    messages: types.filter((type) => !groups.has(type)),
    enums: message.messages(4).map(readEnum),
    extensions: readExtensions(message.messages(6), syntax),
    extensionRanges: readRanges(message.messages(5), 1),
    reserved: { ranges: readRanges(message.messages(9), 1), names: message.texts(10) },
    options: readOptions('message', message.messages(7)[0]),
  };
}

interface FieldContext {
  readonly syntax: string;
  readonly entries: ReadonlyMap<string, WireMessage>;
  readonly types: readonly ProtoMessage[];
  readonly isProto3Optional: boolean;
}

function readField(field: WireMessage, context: FieldContext): ProtoField {
  const base = { name: name(field), number: field.number(3) ?? 0, options: fieldOptions(field) };
  const typeName = field.text(6);
  const simple = typeName?.slice(typeName.lastIndexOf('.') + 1) ?? '';
  const entry = context.entries.get(simple);
  if (entry !== undefined) {
    const [key, value] = entry.messages(2);
    if (key === undefined || value === undefined)
      throw new ProtoSyntaxError(`The map ${base.name} has no key or value`);
    return { ...base, label: undefined, mapKey: typeOf(key), type: typeOf(value) };
  }
  const label = labelOf(field, context);
  if (field.number(5) !== groupType) return { ...base, label, type: typeOf(field) };
  const group = context.types.find((type) => type.name === simple);
  if (group === undefined) throw new ProtoSyntaxError(`The group ${simple} is not defined`);
  return { ...base, label, type: 'group', group };
}

function labelOf(field: WireMessage, { syntax, isProto3Optional }: FieldContext): ProtoField['label'] {
  const label = labels[field.number(4) ?? 1];
  const isImplied = label === 'optional' && syntax !== 'proto2' && !isProto3Optional;
  return isImplied ? undefined : label;
}

function typeOf(field: WireMessage): string {
  const type = field.text(6) ?? scalarByNumber.get(field.number(5) ?? 0);
  if (type === undefined) throw new ProtoSyntaxError(`The field ${name(field)} has no type`);
  return checked(type, /^[\w.]+$/);
}

function fieldOptions(field: WireMessage): ProtoOption[] {
  const options = readOptions('field', field.messages(8)[0]);
  const fallback = field.text(7);
  const type = scalarByNumber.get(field.number(5) ?? 0);
  if (fallback !== undefined) {
    const value = type === 'string' ? quote(fallback) : type === 'bytes' ? `"${fallback}"` : fallback;
    options.unshift({ name: 'default', value });
  }
  const jsonName = field.text(10);
  if (jsonName !== undefined && jsonName !== jsonNameOf(name(field))) {
    options.push({ name: 'json_name', value: quote(jsonName) });
  }
  return options;
}

function readExtensions(fields: readonly WireMessage[], syntax: string): ProtoExtend[] {
  const context = { syntax, entries: new Map<string, WireMessage>(), types: [], isProto3Optional: false };
  const groups = Map.groupBy(fields, (field) => checked(field.text(2) ?? '', /^[\w.]+$/));
  return [...groups].map(([extendee, own]) => ({ extendee, fields: own.map((field) => readField(field, context)) }));
}

function readEnum(message: WireMessage): ProtoEnum {
  return {
    name: name(message),
    values: message.messages(2).map((value) => ({
      name: name(value),
      number: value.number(2) ?? 0,
      options: readOptions('value', value.messages(3)[0]),
    })),
    reserved: { ranges: readRanges(message.messages(4), 0), names: message.texts(5) },
    options: readOptions('enum', message.messages(3)[0]),
  };
}

function readService(message: WireMessage): ProtoService {
  return {
    name: name(message),
    methods: message.messages(2).map((method) => ({
      name: name(method),
      input: checked(method.text(2) ?? '', /^[\w.]+$/),
      output: checked(method.text(3) ?? '', /^[\w.]+$/),
      clientStreaming: method.number(5) === 1,
      serverStreaming: method.number(6) === 1,
      options: readOptions('method', method.messages(4)[0]),
    })),
    options: readOptions('service', message.messages(3)[0]),
  };
}

function readRanges(ranges: readonly WireMessage[], endOffset: number) {
  return ranges.map((range) => ({ from: range.number(1) ?? 0, to: (range.number(2) ?? 0) - endOffset }));
}

function name(message: WireMessage): string {
  const text = message.text(1);
  if (text === undefined || !/^[A-Za-z_]\w*$/.test(text))
    throw new ProtoSyntaxError('The descriptor has a part without a name');
  return text;
}

/** Bytes may say anything: what is printed into a text later has to be what it claims to be. */
function checked(text: string, form: RegExp): string {
  if (!form.test(text)) throw new ProtoSyntaxError(`The descriptor has an impossible name: ${JSON.stringify(text)}`);
  return text;
}
