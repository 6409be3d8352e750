/** A `.proto` file as its statements say it: what a text and a descriptor both come down to. Comments are not kept. */

/** The name and the value as they stand in a source: `java_package` and `"air"`, `(my.rule).min` and `3`. */
export interface ProtoOption {
  readonly name: string;
  readonly value: string;
}

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly label: 'optional' | 'required' | 'repeated' | undefined;
  /** As written: `int32`, `Leg`, `.air.Leg`; `group` together with `group`; of a map the type of its values. */
  readonly type: string;
  readonly mapKey?: string;
  readonly group?: ProtoMessage;
  readonly oneof?: string;
  /** `default` and `json_name` are among them. */
  readonly options: readonly ProtoOption[];
}

/** Numbers from `from` to `to`, both included. */
export interface ProtoRange {
  readonly from: number;
  readonly to: number;
}

export interface ProtoReserved {
  readonly ranges: readonly ProtoRange[];
  readonly names: readonly string[];
}

export interface ProtoMessage {
  readonly name: string;
  readonly fields: readonly ProtoField[];
  readonly oneofs: readonly { readonly name: string; readonly options: readonly ProtoOption[] }[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
  readonly extensions: readonly ProtoExtend[];
  readonly extensionRanges: readonly ProtoRange[];
  readonly reserved: ProtoReserved;
  readonly options: readonly ProtoOption[];
}

export interface ProtoEnum {
  readonly name: string;
  readonly values: readonly {
    readonly name: string;
    readonly number: number;
    readonly options: readonly ProtoOption[];
  }[];
  readonly reserved: ProtoReserved;
  readonly options: readonly ProtoOption[];
}

export interface ProtoExtend {
  readonly extendee: string;
  readonly fields: readonly ProtoField[];
}

export interface ProtoMethod {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  readonly options: readonly ProtoOption[];
}

export interface ProtoService {
  readonly name: string;
  readonly methods: readonly ProtoMethod[];
  readonly options: readonly ProtoOption[];
}

export interface ProtoFile {
  /** `proto2`, `proto3`, or an edition by its year. */
  readonly syntax: string;
  readonly package: string;
  readonly imports: readonly { readonly path: string; readonly kind: 'public' | 'weak' | undefined }[];
  readonly options: readonly ProtoOption[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
  readonly extensions: readonly ProtoExtend[];
  readonly services: readonly ProtoService[];
}

/** The text or the descriptor is no Protobuf schema; the message says where and why. */
export class ProtoSyntaxError extends Error {
  override readonly name = 'ProtoSyntaxError';
}

export const maxFieldNumber = 2 ** 29 - 1;
export const maxEnumNumber = 2 ** 31 - 1;

export const scalarTypes = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
} as const;
