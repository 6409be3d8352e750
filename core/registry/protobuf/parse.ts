/** A `.proto` text as a model: proto2, proto3 and editions. Names are not resolved here. */
import {
  maxEnumNumber,
  maxFieldNumber,
  type ProtoEnum,
  type ProtoExtend,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoMethod,
  type ProtoOption,
  type ProtoRange,
  type ProtoReserved,
  type ProtoService,
  ProtoSyntaxError,
} from './model.ts';
import { TokenReader } from './tokens.ts';

const maxDepth = 64;

/** Throws `ProtoSyntaxError`. */
export function parseProto(text: string): ProtoFile {
  const reader = new TokenReader(text);
  const file = { syntax: 'proto2', package: '' };
  const imports: ProtoFile['imports'][number][] = [];
  const options: ProtoOption[] = [];
  const body: Body = { messages: [], enums: [], extensions: [] };
  const services: ProtoService[] = [];
  while (reader.next.kind !== 'end') {
    if (reader.skip(';')) continue;
    const line = reader.next.line;
    const keyword = reader.word();
    if (keyword === 'syntax' || keyword === 'edition') file.syntax = readSyntax(reader, keyword);
    else if (keyword === 'package') file.package = statement(reader, () => reader.path());
    else if (keyword === 'import') imports.push(statement(reader, () => readImport(reader)));
    else if (keyword === 'option') options.push(statement(reader, () => readOption(reader)));
    else if (keyword === 'service') services.push(readService(reader));
    else if (!readType(keyword, reader, body, 0)) throw new ProtoSyntaxError(`Unexpected ${keyword} in line ${line}`);
  }
  return { ...file, imports, options, ...body, services };
}

interface Body {
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  readonly extensions: ProtoExtend[];
}

/** What may stand in a file and in a message alike; false when the keyword is none of it. */
function readType(keyword: string, reader: TokenReader, body: Body, depth: number): boolean {
  if (keyword === 'message') body.messages.push(readMessage(reader, reader.word(), depth + 1));
  else if (keyword === 'enum') body.enums.push(readEnum(reader));
  else if (keyword === 'extend') {
    const extendee = reader.path();
    const fields: ProtoField[] = [];
    inBraces(reader, () => fields.push(readField(reader, depth + 1)));
    body.extensions.push({ extendee, fields });
  } else return false;
  return true;
}

function statement<Value>(reader: TokenReader, read: () => Value): Value {
  const value = read();
  reader.expect(';');
  return value;
}

function inBraces(reader: TokenReader, read: () => void): void {
  reader.expect('{');
  while (!reader.skip('}')) {
    if (!reader.skip(';')) read();
  }
}

function readSyntax(reader: TokenReader, keyword: 'syntax' | 'edition'): string {
  reader.expect('=');
  const name = statement(reader, () => reader.string());
  const known = keyword === 'syntax' ? /^proto[23]$/ : /^20\d\d$/;
  if (!known.test(name)) throw new ProtoSyntaxError(`Unknown ${keyword} ${name}`);
  return name;
}

function readImport(reader: TokenReader): ProtoFile['imports'][number] {
  const kind = reader.skip('public') ? 'public' : reader.skip('weak') ? 'weak' : undefined;
  return { path: reader.string(), kind };
}

function readMessage(reader: TokenReader, name: string, depth: number): ProtoMessage {
  if (depth > maxDepth) throw new ProtoSyntaxError(`Messages nest deeper than ${maxDepth} levels`);
  const fields: ProtoField[] = [];
  const oneofs: { name: string; options: ProtoOption[] }[] = [];
  const options: ProtoOption[] = [];
  const extensionRanges: ProtoRange[] = [];
  const reserved = { ranges: [] as ProtoRange[], names: [] as string[] };
  const body: Body = { messages: [], enums: [], extensions: [] };
  inBraces(reader, () => {
    const keyword = startsStatement(reader) ? reader.word() : undefined;
    if (keyword === undefined) fields.push(readField(reader, depth));
    else if (keyword === 'option') options.push(statement(reader, () => readOption(reader)));
    else if (keyword === 'reserved') readReserved(reader, reserved, maxFieldNumber);
    else if (keyword === 'extensions') extensionRanges.push(...readExtensionRanges(reader));
    else if (keyword === 'oneof') oneofs.push(readOneof(reader, fields, depth));
    else readType(keyword, reader, body, depth);
  });
  const message = { name, fields, oneofs, ...body, extensionRanges, reserved, options };
  checkFields(message);
  return message;
}

const statements = new Set(['option', 'reserved', 'extensions', 'oneof', 'message', 'enum', 'extend']);

/** A field may be of a type that lives in a message called `option`: there a dot follows the word. */
function startsStatement(reader: TokenReader): boolean {
  const keyword = reader.next.text;
  return statements.has(keyword) && (keyword === 'extend' || reader.afterNext?.text !== '.');
}

function readOneof(reader: TokenReader, fields: ProtoField[], depth: number): { name: string; options: ProtoOption[] } {
  const name = reader.word();
  const options: ProtoOption[] = [];
  inBraces(reader, () => {
    if (reader.next.text === 'option') {
      reader.take();
      options.push(statement(reader, () => readOption(reader)));
    } else fields.push({ ...readField(reader, depth), oneof: name });
  });
  return { name, options };
}

function readField(reader: TokenReader, depth: number): ProtoField {
  const labels = ['optional', 'required', 'repeated'] as const;
  const label = labels.find((word) => reader.afterNext?.text !== '=' && reader.skip(word));
  if (reader.next.text === 'map' && reader.afterNext?.text === '<') return { label, ...readMap(reader) };
  const type = reader.path();
  const name = reader.word();
  reader.expect('=');
  const number = reader.integer();
  const options = readBracketOptions(reader);
  if (type !== 'group') {
    reader.expect(';');
    return { name, number, label, type, options };
  }
  return { name: name.toLowerCase(), number, label, type, options, group: readMessage(reader, name, depth + 1) };
}

function readMap(reader: TokenReader): Omit<ProtoField, 'label'> {
  reader.expect('map');
  reader.expect('<');
  const mapKey = reader.word();
  reader.expect(',');
  const type = reader.path();
  reader.expect('>');
  const name = reader.word();
  reader.expect('=');
  const number = reader.integer();
  const options = readBracketOptions(reader);
  reader.expect(';');
  return { name, number, mapKey, type, options };
}

function readEnum(reader: TokenReader): ProtoEnum {
  const name = reader.word();
  const values: ProtoEnum['values'][number][] = [];
  const options: ProtoOption[] = [];
  const reserved = { ranges: [] as ProtoRange[], names: [] as string[] };
  inBraces(reader, () => {
    const word = reader.word();
    if (reader.skip('=')) {
      const number = reader.integer();
      values.push({ name: word, number, options: readBracketOptions(reader) });
      reader.expect(';');
    } else if (word === 'option') options.push(statement(reader, () => readOption(reader)));
    else if (word === 'reserved') readReserved(reader, reserved, maxEnumNumber);
    else throw reader.unexpected('"="');
  });
  if (values.length === 0) throw new ProtoSyntaxError(`Enum ${name} has no values`);
  return { name, values, reserved, options };
}

function readService(reader: TokenReader): ProtoService {
  const name = reader.word();
  const methods: ProtoMethod[] = [];
  const options: ProtoOption[] = [];
  inBraces(reader, () => {
    if (reader.skip('rpc')) methods.push(readMethod(reader));
    else if (reader.skip('option')) options.push(statement(reader, () => readOption(reader)));
    else throw reader.unexpected('rpc or option');
  });
  return { name, methods, options };
}

function readMethod(reader: TokenReader): ProtoMethod {
  const name = reader.word();
  const input = readMethodType(reader);
  reader.expect('returns');
  const output = readMethodType(reader);
  const options: ProtoOption[] = [];
  if (reader.next.text === '{') {
    inBraces(reader, () => {
      reader.expect('option');
      options.push(statement(reader, () => readOption(reader)));
    });
  } else reader.expect(';');
  const streaming = { clientStreaming: input.isStream, serverStreaming: output.isStream };
  return { name, input: input.type, output: output.type, ...streaming, options };
}

function readMethodType(reader: TokenReader): { type: string; isStream: boolean } {
  reader.expect('(');
  const isStream = reader.next.text === 'stream' && reader.afterNext?.text !== ')' && reader.skip('stream');
  const type = reader.path();
  reader.expect(')');
  return { type, isStream };
}

function readReserved(reader: TokenReader, into: { ranges: ProtoRange[]; names: string[] }, max: number): void {
  do {
    if (reader.next.kind === 'string') into.names.push(reader.string());
    else if (reader.next.kind === 'word') into.names.push(reader.word());
    else into.ranges.push(readRange(reader, max));
  } while (reader.skip(','));
  reader.expect(';');
}

function readExtensionRanges(reader: TokenReader): ProtoRange[] {
  const ranges: ProtoRange[] = [];
  do ranges.push(readRange(reader, maxFieldNumber));
  while (reader.skip(','));
  readBracketOptions(reader);
  reader.expect(';');
  return ranges;
}

function readRange(reader: TokenReader, max: number): ProtoRange {
  const from = reader.integer();
  if (!reader.skip('to')) return { from, to: from };
  return { from, to: reader.skip('max') ? max : reader.integer() };
}

function readBracketOptions(reader: TokenReader): ProtoOption[] {
  const options: ProtoOption[] = [];
  if (!reader.skip('[')) return options;
  do options.push(readOption(reader));
  while (reader.skip(','));
  reader.expect(']');
  return options;
}

function readOption(reader: TokenReader): ProtoOption {
  let name = '';
  do {
    if (reader.skip('(')) {
      name += `${name === '' ? '' : '.'}(${reader.path()})`;
      reader.expect(')');
    } else name += `${name === '' ? '' : '.'}${reader.word()}`;
  } while (reader.skip('.'));
  reader.expect('=');
  return { name, value: readConstant(reader) };
}

function readConstant(reader: TokenReader): string {
  if (reader.next.text === '{') return readAggregate(reader);
  if (reader.next.kind === 'string') {
    const parts: string[] = [];
    while (reader.next.kind === 'string') parts.push(reader.take().text);
    return parts.join(' ');
  }
  const sign = reader.skip('-') ? '-' : reader.skip('+') ? '' : '';
  if (reader.next.kind === 'number') return sign + reader.take().text;
  return sign + reader.path();
}

/** Text format between braces is not understood here, only kept: the braces tell where it ends. */
function readAggregate(reader: TokenReader): string {
  const parts: string[] = [];
  let open = 0;
  do {
    const { kind, text } = reader.take();
    if (kind === 'end') throw reader.unexpected('"}"');
    if (kind !== 'string' && text === '{') open++;
    if (kind !== 'string' && text === '}') open--;
    parts.push(text);
  } while (open > 0);
  return parts.join(' ');
}

function checkFields(message: ProtoMessage): void {
  const names = new Set<string>();
  const numbers = new Set<number>();
  for (const { name, number } of message.fields) {
    const at = `field ${name} of message ${message.name}`;
    if (number < 1 || number > maxFieldNumber || (number >= 19_000 && number <= 19_999)) {
      throw new ProtoSyntaxError(`The number ${number} is not allowed: ${at}`);
    }
    if (names.has(name)) throw new ProtoSyntaxError(`The name is taken: ${at}`);
    if (numbers.has(number)) throw new ProtoSyntaxError(`The number ${number} is taken: ${at}`);
    checkReserved(message.reserved, name, number, at);
    names.add(name);
    numbers.add(number);
  }
}

function checkReserved({ names, ranges }: ProtoReserved, name: string, number: number, at: string): void {
  if (names.includes(name)) throw new ProtoSyntaxError(`The name is reserved: ${at}`);
  if (ranges.some(({ from, to }) => number >= from && number <= to)) {
    throw new ProtoSyntaxError(`The number ${number} is reserved: ${at}`);
  }
}
