import { describe, expect, it } from 'vitest';
import { parseCard } from './card.ts';

const hash = 'a'.repeat(64);
const valid = `
version: 1
name: m
title: A model
model: { file: model.onnx, sha256: ${hash} }
inputs:
  - { tensor: x, type: float32, fields: [a, b] }
outputs:
  - { tensor: y, type: float32, field: predicted }
missing: null
`;

describe('parseCard', () => {
  it('reads a card with only what is needed', () => {
    const card = parseCard(valid, 'card.yaml');
    expect(card.inputs[0]?.fields).toEqual(['a', 'b']);
    expect(card.metrics).toBeUndefined();
  });

  const faults: ReadonlyArray<readonly [string, string, string, RegExp]> = [
    ['a short hash', hash, 'abc', /model\.sha256: the 64 hexadecimal digits/],
    ['a file outside the folder', 'model.onnx', '../model.onnx', /model\.file: a file beside the card/],
    ['a misspelt key', 'title:', 'titel:', /titel/],
    ['an unknown tensor type', 'type: float32, field:', 'type: int8, field:', /outputs\.0\.type/],
    ['no YAML', 'inputs:', 'inputs: [', /no valid model card/],
    ['an input without fields', '[a, b]', '[]', /inputs\.0\.fields/],
  ];
  it.each(faults)('names %s', (_name, from, to, message) => {
    const text = valid.replace(from, to);
    expect(() => parseCard(text, 'models/m/card.yaml')).toThrow(message);
    expect(() => parseCard(text, 'models/m/card.yaml')).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', object: 'models/m/card.yaml' }),
    );
  });

  it('lists every fault of a card at once', () => {
    const text = valid.replace(hash, 'abc').replace('name: m', 'name: A B');
    expect(() => parseCard(text, 'card.yaml')).toThrow(/name: lower-case.*; model\.sha256/);
  });

  it('says that a newer card needs a newer workbench', () => {
    expect(() => parseCard(valid.replace('version: 1', 'version: 2'), 'card.yaml')).toThrow(/has version 2/);
  });
});
