import { describe, expect, it } from 'vitest';
import { readDescriptor } from './descriptor-read.ts';
import { writeDescriptor } from './descriptor-write.ts';
import { parseProto } from './parse.ts';
import { printProto } from './print.ts';

const none = new Map<string, string>();
const canonical = (text: string) => printProto(parseProto(text));
const descriptor = (text: string, imported: ReadonlyMap<string, string> = none) =>
  writeDescriptor('test.proto', parseProto(text), imported).toString('base64');

const everything = `syntax = "proto2";
package air;

import public "google/protobuf/any.proto";
import "google/protobuf/timestamp.proto";

option java_package = "air.\\"x\\"";
option optimize_for = LITE_RUNTIME;

message Trip {
  option deprecated = true;
  reserved 100, 200 to 300, 400 to max;
  reserved "old", "older";
  extensions 50 to 60;
  optional int32 count = 1 [default = -5, deprecated = true];
  required string note = 2 [default = "a\\nb", json_name = "Note"];
  repeated double ratios = 3 [packed = true];
  optional bytes raw = 4 [default = "\\001\\377"];
  optional .air.Color color = 5 [default = RED];
  optional .air.Trip.Leg first = 6;
  optional group Seat = 7 {
    optional int32 row = 1;
  }
  map<string, .air.Trip.Leg> legs_by_name = 8;
  oneof choice {
    string left = 9;
    .air.Trip.Leg right = 10;
  }
  optional .google.protobuf.Timestamp at = 11;
  message Leg {
    optional .air.Trip trip = 1;
    enum State {
      option allow_alias = true;
      reserved 5 to max;
      reserved "GONE";
      UNKNOWN = 0;
      NONE = 0;
    }
  }
  extend .air.Other {
    optional int32 extra = 1000;
  }
}

message Other {
  extensions 1000 to max;
}

enum Color {
  GREEN = 0;
  RED = 16;
  INFRARED = -1 [deprecated = true];
}

service Trips {
  rpc Watch (.air.Trip) returns (stream .air.Other) {
    option idempotency_level = IDEMPOTENT;
  }
  rpc Send (stream .air.Other) returns (.air.Trip);
}
`;

const proto3 = `syntax = "proto3";

message Reading {
  optional int32 maybe = 1;
  string plain = 2;
  oneof kind {
    int32 one = 3;
  }
  repeated int32 numbers = 4 [packed = false];
  map<bool, bytes> parts = 5;
  string reserved = 6;
}
`;

describe('the text of a file', () => {
  it.each([everything, proto3])('is its own canonical form', (text) => {
    expect(canonical(text)).toBe(text);
  });

  it('survives the way through a descriptor', () => {
    expect(printProto(readDescriptor(descriptor(everything))!)).toBe(everything);
    expect(printProto(readDescriptor(descriptor(proto3))!)).toBe(proto3);
  });

  it('is one for other white space, comments, quotes and empty statements', () => {
    const text = `// first
      syntax='proto3';; /* a
      comment */ message Reading{optional int32 maybe=0x1;string plain = 2;oneof kind{int32 one=3;}
      repeated int32 numbers=4[packed=false];map < bool,bytes > parts = 5; string reserved=6;};`;
    expect(canonical(text)).toBe(proto3);
  });

  it('keeps options of extensions as they were written', () => {
    const text = `syntax = "proto3";

option (air.owner) = { name: "x" tags: [ 1 , 2 ] };

message M {
  int32 a = 1 [(air.rule).min = 3, (air.tags) = "a" "b"];
}
`;
    expect(canonical(text)).toContain('int32 a = 1 [(air.rule).min = 3, (air.tags) = "a" "b"];');
    expect(canonical(canonical(text))).toBe(canonical(text));
  });

  it('may be of an edition', () => {
    const text = 'edition = "2023";\n\nmessage M {\n  int32 a = 1 [features.field_presence = IMPLICIT];\n}\n';
    expect(canonical(text)).toBe(text);
    expect(readDescriptor(descriptor(text))?.syntax).toBe('2023');
  });
});

describe('names', () => {
  const leg = 'syntax = "proto3"; package air; message Leg { enum State { NONE = 0; } }';
  const trip = (type: string) =>
    `syntax = "proto3"; package air.plan; import "leg.proto"; message Trip { ${type} x = 1; }`;

  it.each(['Leg', 'air.Leg', '.air.Leg', 'Leg.State'])('are found in an imported file: %s', (type) => {
    expect(() => descriptor(trip(type), new Map([['leg.proto', leg]]))).not.toThrow();
  });

  it.each(['Nothing', '.Leg', 'Leg.Nothing'])('are missed when nothing defines them: %s', (type) => {
    expect(() => descriptor(trip(type), new Map([['leg.proto', leg]]))).toThrow(/is not defined/);
  });

  it('need their import among the references', () => {
    expect(() => descriptor(trip('Leg'))).toThrow('The import leg.proto is not among the references');
  });
});

describe('what is no Protobuf schema', () => {
  it.each([
    ['message', /Expected a name/],
    ['message M { int32 a = 1 }', /Expected ";"/],
    ['message M { int32 a = 1; int32 a = 2; }', /name is taken/],
    ['message M { int32 a = 1; int32 b = 1; }', /number 1 is taken/],
    ['message M { int32 a = 0; }', /number 0 is not allowed/],
    ['message M { int32 a = 19500; }', /not allowed/],
    ['message M { reserved 1; int32 a = 1; }', /number 1 is reserved/],
    ['message M { reserved "a"; int32 a = 1; }', /name is reserved/],
    ['enum E { }', /no values/],
    ['syntax = "proto4";', /Unknown syntax/],
    ['message M { string a = 1; } }', /found }/],
    ['option x = {', /found the end/],
    ['message M { "a', /Unexpected/],
    [`${'message M {'.repeat(100)}${'}'.repeat(100)}`, /nest deeper/],
    ['{"type":"record"}', /Expected a name/],
  ])('is refused: %.50s', (text, reason) => {
    expect(() => parseProto(text)).toThrow(reason);
  });

  it('is refused as a descriptor cut anywhere or with a byte changed, without any other failure', () => {
    const bytes = Buffer.from(descriptor(everything), 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at]! + 1 + (at % 200)) & 255;
      for (const hostile of [bytes.subarray(0, at), changed]) {
        try {
          parseProto(printProto(readDescriptor(hostile.toString('base64')) ?? parseProto(everything)));
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProtoSyntaxError' });
        }
      }
    }
  });
});
