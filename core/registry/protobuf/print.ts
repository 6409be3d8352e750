/** A model as `.proto` text, always in the same form: two texts of one file become one. */
import {
  maxEnumNumber,
  maxFieldNumber,
  type ProtoEnum,
  type ProtoExtend,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoOption,
  type ProtoRange,
  type ProtoReserved,
  type ProtoService,
} from './model.ts';
import { quote } from './tokens.ts';

export function printProto(file: ProtoFile): string {
  const keyword = file.syntax.startsWith('proto') ? 'syntax' : 'edition';
  const sections = [
    [`${keyword} = ${quote(file.syntax)};`, ...(file.package === '' ? [] : [`package ${file.package};`])],
    file.imports.map(({ path, kind }) => `import ${kind === undefined ? '' : `${kind} `}${quote(path)};`),
    optionLines(file.options),
    ...file.messages.map(messageLines),
    ...file.enums.map(enumLines),
    ...file.extensions.map(extendLines),
    ...file.services.map(serviceLines),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'];
}

function messageLines(message: ProtoMessage): string[] {
  return block(`message ${message.name}`, bodyLines(message));
}

function bodyLines(message: ProtoMessage): string[] {
  const printed = new Set<string>();
  const fields = message.fields.flatMap((field) => {
    if (field.oneof === undefined) return fieldLines(field);
    if (printed.has(field.oneof)) return [];
    printed.add(field.oneof);
    return oneofLines(message, field.oneof);
  });
  return [
    ...optionLines(message.options),
    ...reservedLines(message.reserved, maxFieldNumber),
    ...message.extensionRanges.map((range) => `extensions ${rangeText(range, maxFieldNumber)};`),
    ...fields,
    ...message.messages.flatMap(messageLines),
    ...message.enums.flatMap(enumLines),
    ...message.extensions.flatMap(extendLines),
  ];
}

function oneofLines(message: ProtoMessage, name: string): string[] {
  const options = message.oneofs.find((oneof) => oneof.name === name)?.options ?? [];
  const members = message.fields.filter((field) => field.oneof === name);
  return block(`oneof ${name}`, [...optionLines(options), ...members.flatMap(fieldLines)]);
}

function fieldLines(field: ProtoField): string[] {
  const label = field.label === undefined ? '' : `${field.label} `;
  const options = bracketOptions(field.options);
  if (field.group !== undefined) {
    return block(`${label}group ${field.group.name} = ${field.number}${options}`, bodyLines(field.group));
  }
  const type = field.mapKey === undefined ? field.type : `map<${field.mapKey}, ${field.type}>`;
  return [`${label}${type} ${field.name} = ${field.number}${options};`];
}

function enumLines({ name, values, reserved, options }: ProtoEnum): string[] {
  return block(`enum ${name}`, [
    ...optionLines(options),
    ...reservedLines(reserved, maxEnumNumber),
    ...values.map((value) => `${value.name} = ${value.number}${bracketOptions(value.options)};`),
  ]);
}

function extendLines({ extendee, fields }: ProtoExtend): string[] {
  return block(`extend ${extendee}`, fields.flatMap(fieldLines));
}

function serviceLines({ name, methods, options }: ProtoService): string[] {
  const lines = methods.flatMap((method) => {
    const input = `${method.clientStreaming ? 'stream ' : ''}${method.input}`;
    const output = `${method.serverStreaming ? 'stream ' : ''}${method.output}`;
    const head = `rpc ${method.name} (${input}) returns (${output})`;
    return method.options.length === 0 ? [`${head};`] : block(head, optionLines(method.options));
  });
  return block(`service ${name}`, [...optionLines(options), ...lines]);
}

function optionLines(options: readonly ProtoOption[]): string[] {
  return options.map(({ name, value }) => `option ${name} = ${value};`);
}

function bracketOptions(options: readonly ProtoOption[]): string {
  return options.length === 0 ? '' : ` [${options.map(({ name, value }) => `${name} = ${value}`).join(', ')}]`;
}

function reservedLines({ ranges, names }: ProtoReserved, max: number): string[] {
  return [
    ...(ranges.length === 0 ? [] : [`reserved ${ranges.map((range) => rangeText(range, max)).join(', ')};`]),
    ...(names.length === 0 ? [] : [`reserved ${names.map(quote).join(', ')};`]),
  ];
}

function rangeText({ from, to }: ProtoRange, max: number): string {
  if (from === to) return String(from);
  return `${from} to ${to === max ? 'max' : to}`;
}
