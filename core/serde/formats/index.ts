/** The formats, in the order in which they are tried. The last one never fails. */
import { avroFormat } from './avro.ts';
import { binaryFormat } from './binary.ts';
import type { Format } from './format.ts';
import { jsonFormat } from './json.ts';
import { msgpackFormat } from './msgpack.ts';
import { textFormat } from './text.ts';

export const formats: readonly Format[] = [avroFormat, jsonFormat, textFormat, msgpackFormat, binaryFormat];
