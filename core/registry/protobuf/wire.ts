/** Protobuf's wire format, as far as descriptors need it. */
import { ProtoSyntaxError } from './model.ts';

export class WireWriter {
  readonly #chunks: Buffer[] = [];

  varint(field: number, value: number): void {
    this.#key(field, 0);
    this.#varint(BigInt.asUintN(64, BigInt(value)));
  }

  text(field: number, value: string): void {
    this.bytes(field, Buffer.from(value));
  }

  bytes(field: number, value: Buffer): void {
    this.#key(field, 2);
    this.#varint(BigInt(value.length));
    this.#chunks.push(value);
  }

  message(field: number, fill: (writer: WireWriter) => void): void {
    const inner = new WireWriter();
    fill(inner);
    this.bytes(field, inner.finish());
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  finish(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #key(field: number, type: number): void {
    this.#varint(BigInt(field * 8 + type));
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    this.#chunks.push(Buffer.from(bytes));
  }
}

/** The fields of one message by number, in the order they came: numbers as they are signed, the rest as bytes. */
export class WireMessage {
  readonly #fields = new Map<number, (number | Buffer)[]>();

  constructor(bytes: Buffer) {
    let position = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; shift < 70n; shift += 7n) {
        const byte = bytes[position++];
        if (byte === undefined) break;
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) return value;
      }
      throw new ProtoSyntaxError('The descriptor ends in the middle of a number');
    };
    const slice = (length: number): Buffer => {
      if (position + length > bytes.length) throw new ProtoSyntaxError('The descriptor ends in the middle of a field');
      position += length;
      return bytes.subarray(position - length, position);
    };
    while (position < bytes.length) {
      const key = varint();
      const field = Number(key >> 3n);
      const type = Number(key & 7n);
      if (field === 0 || ![0, 1, 2, 5].includes(type)) throw new ProtoSyntaxError('The bytes are no descriptor');
      const value = type === 0 ? Number(BigInt.asIntN(64, varint())) : slice(lengthOf(type, varint));
      const list = this.#fields.get(field);
      if (list === undefined) this.#fields.set(field, [value]);
      else list.push(value);
    }
  }

  number(field: number): number | undefined {
    return this.numbers(field).at(-1);
  }

  numbers(field: number): number[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value === 'number');
  }

  text(field: number): string | undefined {
    return this.texts(field).at(-1);
  }

  texts(field: number): string[] {
    return this.#bytes(field).map((value) => value.toString('utf8'));
  }

  messages(field: number): WireMessage[] {
    return this.#bytes(field).map((value) => new WireMessage(value));
  }

  #bytes(field: number): Buffer[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value !== 'number');
  }
}

function lengthOf(type: number, varint: () => bigint): number {
  if (type === 1) return 8;
  return type === 5 ? 4 : Number(varint());
}
