/** A model's card as pages show it, beside what its files are now: the hash is reckoned, not copied. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toErrorData } from '#core/contract/errors.ts';
import type { ModelCardView } from '#core/contract/model.ts';
import type { ModelCard } from './card.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { countParityRows } from './parity.ts';

export async function viewCard({ dir, card }: CatalogueEntry): Promise<ModelCardView> {
  return {
    name: card.name,
    title: card.title,
    folder: dir,
    inputs: card.inputs,
    outputs: card.outputs.map(({ target = null, unit = null, ...output }) => ({ ...output, target, unit })),
    metrics: card.metrics ?? {},
    file: await viewFile(dir, card),
    parity: await viewParity(dir, card),
    provenance: viewProvenance(card),
  };
}

async function viewFile(dir: string, { model }: ModelCard): Promise<ModelCardView['file']> {
  const about = { name: model.file, opset: model.opset ?? null };
  try {
    const bytes = await readFile(join(dir, model.file));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { ...about, bytes: bytes.length, sha256, isAsOnCard: sha256 === model.sha256 };
  } catch {
    return { ...about, bytes: null, sha256: null, isAsOnCard: false };
  }
}

async function viewParity(dir: string, { parity }: ModelCard): Promise<ModelCardView['parity']> {
  if (parity === undefined) return null;
  try {
    return { file: parity, rows: await countParityRows(join(dir, parity)), fault: null };
  } catch (error) {
    return { file: parity, rows: null, fault: toErrorData(error).message };
  }
}

function viewProvenance({ provenance }: ModelCard): ModelCardView['provenance'] {
  if (provenance === undefined) return null;
  return {
    data: provenance.data ?? null,
    dataSha256: provenance.data_sha256 ?? null,
    script: provenance.script ?? null,
    scriptSha256: provenance.script_sha256 ?? null,
    algorithm: provenance.algorithm ?? null,
    libraries: provenance.libraries ?? {},
    trained: provenance.trained ?? null,
  };
}
