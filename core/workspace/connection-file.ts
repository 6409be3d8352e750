/**
 * `connections/<name>.yaml`: read, checked, written so that its comments stay. What is wrong is a fault to show beside the
 * file, never a crash; no message of it quotes the file, which may hold a password that does not belong there.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, LineCounter, parseDocument } from 'yaml';
import { type ConnectionDefinition, connectionDefinitionSchema } from '#core/contract/connection.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { replaceFile } from './state-file.ts';
import { checkFile, type FileKind, invalidFile } from './versioned-file.ts';

export interface ConnectionFile {
  readonly name: string;
  /** Below the workspace. */
  readonly file: string;
  readonly definition: ConnectionDefinition | undefined;
  readonly fault: WorkbenchError | undefined;
}

const folder = 'connections';
const currentVersion = 1;
const kind: FileKind = { code: 'WORKSPACE_INVALID', name: 'connection', description: 'docs/connections.md' };
const fileOf = (name: string): string => join(folder, `${name}.yaml`);

/** By name; read at each call. */
export function listConnectionFiles(workspaceDir: string): ConnectionFile[] {
  return namesIn(join(workspaceDir, folder)).map((name) => readConnectionFile(workspaceDir, name)!);
}

function namesIn(dir: string): string[] {
  try {
    const files = readdirSync(dir).filter((file) => file.endsWith('.yaml'));
    return files.map((file) => file.slice(0, -'.yaml'.length)).sort();
  } catch {
    return [];
  }
}

/** Undefined without the file. */
export function readConnectionFile(workspaceDir: string, name: string): ConnectionFile | undefined {
  const text = connectionText(workspaceDir, name);
  return text === undefined ? undefined : parseConnection(text, name);
}

export function connectionText(workspaceDir: string, name: string): string | undefined {
  try {
    return readFileSync(join(workspaceDir, fileOf(name)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function parseConnection(text: string, name: string): ConnectionFile {
  const file = fileOf(name);
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    const fault = invalidFile(kind, file, `no YAML at line ${line}, column ${col} (${syntaxError.code})`);
    return { name, file, definition: undefined, fault };
  }
  return { name, file, ...checked(document.toJS(), name) };
}

function checked(raw: unknown, name: string): Pick<ConnectionFile, 'definition' | 'fault'> {
  const file = fileOf(name);
  try {
    const definition = checkFile(kind, file, raw, connectionDefinitionSchema);
    if (definition.name === name) return { definition, fault: undefined };
    const reason = `it names itself ${definition.name}: the name and the file must agree`;
    return { definition: undefined, fault: invalidFile(kind, file, reason) };
  } catch (error) {
    if (!(error instanceof WorkbenchError)) throw error;
    return { definition: asOlder(raw), fault: error };
  }
}

/** Keeps comments, order and whatever has not changed of the file that is there. */
export function writeConnectionFile(workspaceDir: string, definition: ConnectionDefinition): void {
  const before = connectionText(workspaceDir, definition.name);
  const document = before === undefined ? new Document({}) : parseDocument(before);
  const old: unknown = before === undefined ? {} : document.toJS();
  const now = JSON.parse(JSON.stringify(withoutDefaults(definition, old))) as object;
  if (isDeepStrictEqual(old, now)) return;
  update(document, [], old, now);
  writeConnectionText(workspaceDir, definition.name, document.toString({ lineWidth: 0 }));
}

export function writeConnectionText(workspaceDir: string, name: string, text: string): void {
  mkdirSync(join(workspaceDir, folder), { recursive: true });
  replaceFile(join(workspaceDir, fileOf(name)), text);
}

export function removeConnectionFile(workspaceDir: string, name: string): void {
  rmSync(join(workspaceDir, fileOf(name)), { force: true });
}

/** `verify: true` goes without saying, unless the file says it. */
function withoutDefaults(definition: ConnectionDefinition, old: unknown): object {
  const { kafka } = definition;
  const saysVerify = isRecord(old) && isRecord(old.kafka) && isRecord(old.kafka.tls) && 'verify' in old.kafka.tls;
  if (kafka.tls?.verify !== true || saysVerify) return definition;
  return { ...definition, kafka: { ...kafka, tls: { ...kafka.tls, verify: undefined } } };
}

/** Changes only what differs: a node that stays keeps its comments. */
function update(document: Document, path: readonly string[], before: unknown, after: object): void {
  const old = isRecord(before) ? before : {};
  for (const [key, value] of Object.entries(after)) {
    const place = [...path, key];
    if (value === undefined || isDeepStrictEqual(old[key], value)) continue;
    const canMerge = isRecord(value) && isRecord(old[key]) && isMap(document.getIn(place));
    if (canMerge) update(document, place, old[key], value);
    else document.setIn(place, Array.isArray(value) || isRecord(value) ? document.createNode(value) : value);
  }
  for (const key of Object.keys(old)) {
    if ((after as Record<string, unknown>)[key] === undefined) document.deleteIn([...path, key]);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What this version knows of a newer file, for looking at; undefined where that is not enough. */
function asOlder(raw: unknown): ConnectionDefinition | undefined {
  if (!isRecord(raw) || typeof raw.version !== 'number' || raw.version <= currentVersion) return undefined;
  const known = new Set(Object.keys(connectionDefinitionSchema.shape));
  const entries = Object.entries(raw).filter(([key]) => known.has(key));
  return connectionDefinitionSchema.safeParse({ ...Object.fromEntries(entries), version: currentVersion }).data;
}
