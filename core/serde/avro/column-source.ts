/**
 * Writes the JavaScript of a column decoder: straight-line code over the writer's fields, no object made and no function
 * called for a field, but for nested values, decimals and long texts.
 *
 * Varints are read without looking at the end of the value each time: a read past it finds bytes that are not the
 * record's (or none), and the position at the end gives it away. Whatever looks wrong calls `fail`, which reads the
 * record again with care to say where and why.
 *
 * Names in the generated code: `bytes`, `start`, `end`, `row` as in `ColumnDecoder`; `p` position; `vi`, `vb` index and
 * bit of the row in a validity bitmap; `b`, `n`, `lo`, `hi`, `k`, `o`, `d` scratch; with a column's index behind them `c` column,
 * `v` validity, `x` values, `w` their 32-bit words, `f` offsets; with its own index behind it `e` an extra.
 */
import { layoutOf } from '#core/columns/type.ts';
import type { ColumnPlan, ColumnStep, ColumnTarget } from './column-plan.ts';
import { type Conversion, conversionOf } from './conversion.ts';
import { type AvroNode, logicalOf } from './schema.ts';
import { intSource, lengthSource, longSource, rawIntSource, skipVarintSource, wordSource } from './varint-source.ts';

/** More fields than this go into functions of their own: V8 does not optimise a function of more than 60 kB of bytecode. */
const stepsPerFunction = 32;

/** Copies up to this length are loops: below it a call costs more than the loop. */
const loopCopyBytes = 48;

const locals = 'let b = 0, n = 0, lo = 0, hi = 0, k = 0, o = 0, d = bytes;';

/** What the code needs besides itself, given to it as an array. */
export type Extra =
  | { readonly kind: 'symbols'; readonly symbols: readonly string[] }
  /** A reader of the node's JSON text. */
  | { readonly kind: 'json'; readonly node: AvroNode }
  | { readonly kind: 'skip'; readonly node: AvroNode };

export interface DecoderSource {
  /** Body of a function `(columns, extras, constants, runtime, fail)` that returns `decode(bytes, start, end, row)`. */
  readonly body: string;
  readonly extras: readonly Extra[];
}

/** A field being written out. */
interface Place {
  readonly name: string;
  readonly extras: Extra[];
}

export function decoderSource(plan: ColumnPlan): DecoderSource {
  const parts: string[] = [];
  const extras: Extra[] = [];
  for (let at = 0; at < plan.steps.length; at += stepsPerFunction) {
    const steps = plan.steps.slice(at, at + stepsPerFunction);
    parts.push(steps.map((step) => stepSource(step, extras)).join('\n'));
  }
  const several = parts.length > 1;
  const calls = parts.map((_, index) => `p = part${index}(bytes, start, end, row, p, vi, vb);`);
  const body = `'use strict';
${extras.map((_, index) => `const e${index} = extras[${index}];`).join(' ')}
${plan.steps.map(namesSource).join('\n')}
${several ? parts.map(partSource).join('\n') : ''}
return function decode(bytes, start, end, row) {
  const vi = row >> 3, vb = 1 << (row & 7);
  let p = start;
  ${several ? calls.join('\n') : `${locals}\n${parts.join('')}`}
  if (p !== end) fail(bytes, start, end, p, '', p > end ? 'the value ends too early' : 'bytes are left after the value');
  ${plan.constants.length > 0 ? 'for (let i = 0; i < constants.length; i++) constants[i](row);' : ''}
};`;
  return { body, extras };
}

function partSource(part: string, index: number): string {
  return `function part${index}(bytes, start, end, row, p, vi, vb) { ${locals}\n${part}\nreturn p; }`;
}

function namesSource({ target }: ColumnStep): string {
  if (target === undefined) return '';
  const { column: i, field } = target;
  const base = `const c${i} = columns[${i}], v${i} = c${i}.validity;`;
  switch (layoutOf(field.type)) {
    case 'bytes':
      return `${base} const f${i} = c${i}.offsets;`;
    case 'int64':
      return `${base} const x${i} = c${i}.values, w${i} = c${i}.words;`;
    case 'float32':
    case 'float64':
      return `${base} const x${i} = c${i}.values, w${i} = new Int32Array(x${i}.buffer, x${i}.byteOffset);`;
    default:
      return `${base} const x${i} = c${i}.values;`;
  }
}

function stepSource({ name, node, target }: ColumnStep, extras: Extra[]): string {
  const place = { name, extras };
  return target === undefined ? skipSource(node, place) : writeSource(node, target, place);
}

/** The name under which the code finds `extra`. */
function extraName({ extras }: Place, extra: Extra): string {
  return `e${extras.push(extra) - 1}`;
}

function failSource({ name }: Place, reason = 'the value is malformed'): string {
  return `return fail(bytes, start, end, p, ${JSON.stringify(name)}, ${JSON.stringify(reason)});`;
}

function writeSource(node: AvroNode, target: ColumnTarget, place: Place): string {
  if (node.kind !== 'union') return branchSource(node, target, place);
  // A value is there more often than not, so null is asked for last.
  const order = node.branches.map((branch, index) => ({ branch, index }));
  order.sort((one, other) => Number(one.branch.kind === 'null') - Number(other.branch.kind === 'null'));
  return unionSource(
    order.map(({ branch, index }) => ({ index, body: branchSource(branch, target, place) })),
    place,
  );
}

function unionSource(branches: readonly { readonly index: number; readonly body: string }[], place: Place): string {
  const read = branches.length > 63 ? rawIntSource(failSource(place)) : 'n = bytes[p++];';
  const cases = branches.map(({ index, body }) => `if (n === ${index * 2}) {\n${body}\n} else `);
  return `${read}\n${cases.join('')}{ ${failSource(place, 'no branch of the union')} }`;
}

function branchSource(node: AvroNode, target: ColumnTarget, place: Place): string {
  const { column: i, field } = target;
  if (node.kind === 'null') {
    if (!field.nullable) return failSource(place, 'null, which the column can not hold');
    const empty = layoutOf(field.type) === 'bytes' ? ` f${i}[row + 1] = f${i}[row];` : '';
    return `v${i}[vi] &= ~vb;${empty}`;
  }
  const conversion = conversionOf(node, field.type);
  if (conversion === undefined) return failSource(place, `a ${node.kind}, which the column can not hold`);
  return `${valueSource(conversion, node, i, place)}\nv${i}[vi] |= vb;`;
}

/** Writes one value into column `i`; its validity is the caller's. */
function valueSource(conversion: Conversion, node: AvroNode, i: number, place: Place): string {
  const fail = failSource(place);
  const row = `c${i}, row, bytes, p`;
  switch (conversion) {
    case 'bool':
      return `b = bytes[p++]; if (b === 1) x${i}[vi] |= vb; else if (b === 0) x${i}[vi] &= ~vb; else { ${fail} }`;
    case 'int-int32':
    case 'int-float':
      return `${intSource(fail)}\nx${i}[row] = n;`;
    case 'int-int64':
      return `${intSource(fail)}\nw${i}[row * 2] = n; w${i}[row * 2 + 1] = n >> 31;`;
    case 'long-int64':
      return `${longSource(fail)}\nw${i}[row * 2] = lo; w${i}[row * 2 + 1] = hi;`;
    case 'long-float':
      return `${longSource(fail)}\nx${i}[row] = hi * 4294967296 + (lo >>> 0);`;
    case 'millis-micros':
      return node.kind === 'int'
        ? `${intSource(fail)}\nx${i}[row] = BigInt(n) * 1000n;`
        : `${longSource(fail)}\nif (runtime.micros(c${i}, row, lo, hi)) { ${failSource(place, 'the time does not fit 64 bits as microseconds')} }`;
    case 'float-float32':
      return `w${i}[row] = ${wordSource(0)}; p += 4;`;
    case 'float-float64':
      return `runtime.words[0] = ${wordSource(0)}; x${i}[row] = runtime.floats[0]; p += 4;`;
    case 'double-float64':
      return `w${i}[row * 2] = ${wordSource(0)}; w${i}[row * 2 + 1] = ${wordSource(4)}; p += 8;`;
    case 'copy-length':
      return `${lengthSource(fail)}\n${copySource(i)}`;
    case 'copy-uuid':
      return `${lengthSource(fail)}\nif (n !== 36) { ${failSource(place, 'no UUID of 36 characters')} }\n${copySource(i)}`;
    case 'copy-fixed':
      return `${fixedSource(node, fail)}\n${copySource(i)}`;
    case 'uuid-fixed':
      return `${fixedSource(node, fail)}\nruntime.uuid(${row}); p += n;`;
    case 'enum':
      return enumSource(node.kind === 'enum' ? node.symbols : [], i, place);
    case 'decimal':
      return `${node.kind === 'fixed' ? fixedSource(node, fail) : lengthSource(fail)}
if (n === 0 || n > runtime.maxDecimalBytes) { ${fail} }
runtime.decimal(${row}, n, ${scaleOf(node)}); p += n;`;
    case 'json':
      return `k = runtime.json(${row}, end, ${extraName(place, { kind: 'json', node })}); if (k < 0) { ${fail} } p = k;`;
  }
}

function enumSource(symbols: readonly string[], i: number, place: Place): string {
  const name = extraName(place, { kind: 'symbols', symbols });
  const fail = failSource(place, 'no symbol of the enum');
  return `${intSource(fail)}\nif (n < 0 || n >= ${symbols.length}) { ${fail} }\nruntime.bytes(c${i}, row, ${name}[n]);`;
}

function fixedSource(node: AvroNode, fail: string): string {
  return `n = ${node.kind === 'fixed' ? node.size : 0}; if (n > end - p) { ${fail} }`;
}

function scaleOf(node: AvroNode): number {
  const logical = logicalOf(node);
  return logical?.kind === 'decimal' ? logical.scale : 0;
}

/** Copies `n` bytes at `p` behind those of the row before. */
function copySource(i: number): string {
  return `o = f${i}[row]; d = c${i}.data; if (n > d.length - o) d = runtime.grow(c${i}, row, n);
if (n <= ${loopCopyBytes}) { for (k = p + n; p < k; ) d[o++] = bytes[p++]; } else { runtime.copy(bytes, p, n, d, o); o += n; p += n; }
f${i}[row + 1] = o;`;
}

function skipSource(node: AvroNode, place: Place): string {
  const fail = failSource(place);
  switch (node.kind) {
    case 'null':
      return '';
    case 'boolean':
      return 'p += 1;';
    case 'float':
      return 'p += 4;';
    case 'double':
      return 'p += 8;';
    case 'fixed':
      return `p += ${node.size};`;
    case 'int':
    case 'enum':
      return skipVarintSource(5, fail);
    case 'long':
      return skipVarintSource(10, fail);
    case 'string':
    case 'bytes':
      return `${lengthSource(fail)}\np += n;`;
    case 'union':
      // Written out where it is short; other values are walked by a function.
      if (node.branches.length <= 3 && node.branches.every((branch) => !isNested(branch))) {
        const branches = node.branches.map((branch, index) => ({ index, body: skipSource(branch, place) }));
        return unionSource(branches, place);
      }
      break;
  }
  return `k = runtime.skip(bytes, p, end, ${extraName(place, { kind: 'skip', node })}); if (k < 0) { ${fail} } p = k;`;
}

function isNested(node: AvroNode): boolean {
  return node.kind === 'record' || node.kind === 'array' || node.kind === 'map' || node.kind === 'union';
}
