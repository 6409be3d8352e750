/** A schema compiled to a function that moves a `Cursor` behind one value; blocks that say their size are jumped over. */
import type { Cursor } from './cursor.ts';
import { Malformed } from './decode-error.ts';
import type { AvroNode } from './schema.ts';

export type Skipper = (cursor: Cursor) => void;

export function compileSkipper(schema: AvroNode): Skipper {
  return compile(schema, new Map());
}

function compile(node: AvroNode, known: Map<AvroNode, Skipper>): Skipper {
  const earlier = known.get(node);
  if (earlier !== undefined) return earlier;
  const made = compileNode(node, known);
  known.set(node, made);
  return made;
}

function compileNode(node: AvroNode, known: Map<AvroNode, Skipper>): Skipper {
  switch (node.kind) {
    case 'null':
      return () => {};
    case 'boolean':
      return (cursor) => void cursor.take(1);
    case 'int':
    case 'enum':
      return (cursor) => void cursor.int();
    case 'long':
      return (cursor) => cursor.long();
    case 'float':
      return (cursor) => void cursor.take(4);
    case 'double':
      return (cursor) => void cursor.take(8);
    case 'fixed':
      return (cursor) => void cursor.take(node.size);
    case 'bytes':
    case 'string':
      return skipLength;
    case 'array':
      return blocks(compile(node.items, known), false);
    case 'map':
      return blocks(compile(node.values, known), true);
    case 'union':
      return unionSkipper(node.branches.map((branch) => compile(branch, known)));
    case 'record': {
      const fields: Skipper[] = [];
      const skipper = recordSkipper(fields);
      // Known before its fields are compiled: a field may be the record itself.
      known.set(node, skipper);
      for (const field of node.fields) fields.push(compile(field.type, known));
      return skipper;
    }
  }
}

function skipLength(cursor: Cursor): void {
  cursor.take(cursor.length());
}

function recordSkipper(fields: readonly Skipper[]): Skipper {
  return (cursor) => {
    cursor.enter();
    cursor.spend(fields.length);
    for (const field of fields) field(cursor);
    cursor.leave();
  };
}

function unionSkipper(branches: readonly Skipper[]): Skipper {
  return (cursor) => {
    const start = cursor.position;
    const index = cursor.count();
    const branch = branches[index];
    if (branch === undefined) throw new Malformed(`branch ${index} of a union with ${branches.length}`, start);
    branch(cursor);
  };
}

function blocks(item: Skipper, keyed: boolean): Skipper {
  return (cursor) => {
    cursor.enter();
    for (let count = cursor.count(); count !== 0; count = cursor.count()) {
      if (count < 0) {
        skipLength(cursor);
        continue;
      }
      for (let left = count; left > 0; left--) {
        cursor.spend(1);
        if (keyed) skipLength(cursor);
        item(cursor);
      }
    }
    cursor.leave();
  };
}
