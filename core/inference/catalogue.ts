/**
 * The models of a workspace: every `card.yaml` one folder below `ml-models/`. A card that can't be read is part of the
 * answer, with its reason; it hides no other model.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import { type ModelCard, parseCard } from './card.ts';

export interface CatalogueEntry {
  /** The folder with the card, the model and its parity rows. */
  readonly dir: string;
  readonly card: ModelCard;
}

export interface InvalidModel {
  readonly dir: string;
  /** `MODEL_INVALID`, or `CONFLICT` where two cards have one name. */
  readonly error: WorkbenchError;
}

export interface Catalogue {
  /** By folder name. */
  readonly models: readonly CatalogueEntry[];
  readonly invalid: readonly InvalidModel[];
}

/** Folders without a `card.yaml` are no models; a missing `folder` is an empty catalogue. */
export async function readCatalogue(folder: string): Promise<Catalogue> {
  const models: CatalogueEntry[] = [];
  const invalid: InvalidModel[] = [];
  for (const name of await listFolders(folder)) {
    const dir = join(folder, name);
    try {
      const card = await readCard(dir);
      if (card === undefined) continue;
      const twin = models.find((entry) => entry.card.name === card.name);
      if (twin !== undefined) throw sameName(card.name, twin.dir, dir);
      models.push({ dir, card });
    } catch (error) {
      invalid.push({ dir, error: asModelError(error, dir) });
    }
  }
  return { models, invalid };
}

/** The model a pipeline names. Throws `NOT_FOUND` with the names there are, or the reason why its card can't be used. */
export async function findModel(folder: string, name: string): Promise<CatalogueEntry> {
  const { models, invalid } = await readCatalogue(folder);
  const found = models.find((entry) => entry.card.name === name);
  if (found !== undefined) return found;
  const broken = invalid.find((entry) => entry.dir === join(folder, name));
  if (broken !== undefined) throw broken.error;
  const names = models.map((entry) => entry.card.name).join(', ');
  throw new WorkbenchError('NOT_FOUND', `there is no model ${name} in ${folder}`, {
    object: name,
    nextStep: names === '' ? 'Add a folder with a card.yaml and its model.' : `Name one of: ${names}.`,
  });
}

/** The card in `dir`; undefined where there is none. */
export async function readCard(dir: string): Promise<ModelCard | undefined> {
  const file = join(dir, 'card.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return parseCard(text, file);
}

async function listFolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function sameName(name: string, first: string, second: string): WorkbenchError {
  return new WorkbenchError('CONFLICT', `${first} and ${second} are both named ${name}`, {
    object: name,
    nextStep: 'Give one of the two cards another name.',
  });
}

function asModelError(error: unknown, dir: string): WorkbenchError {
  if (error instanceof WorkbenchError) return error;
  const { message } = toErrorData(error);
  return new WorkbenchError('MODEL_INVALID', `reading the card in ${dir}: ${message}`, { object: dir, cause: error });
}
