/**
 * `mercury dead-letters`: what a pipeline set aside, from a terminal: list, show, redrive.
 *
 * Runs in this process, on the definitions of the workspace; what is redriven is kept where the running program keeps it.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { LetterChange, RedrivePlan, RedriveProgress } from '#core/contract/dead-letter.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import { LetterLedger } from '#core/pipeline/dead-letters/ledger.ts';
import { Letters } from '#core/pipeline/dead-letters/letters.ts';
import { parseDefinition } from '#core/pipeline/definition.ts';
import { PipelineEnvironments } from '#core/pipeline/pipeline-environments.ts';
import { Resets } from '#core/pipeline/reset.ts';
import { stopSignal } from '#core/process/signals.ts';
import { sinks } from '#core/sinks/index.ts';
import { defaultStateDir, defaultWorkspaceDir, letterLedgerFile } from '#core/workspace/paths.ts';
import { openWorkspace } from '#core/workspace/workspace.ts';
import { type AddressOptions, resolveAddresses, withAddresses } from './addresses.ts';
import { keptInJournal } from './journal.ts';
import { count, note, print, printJson } from './output.ts';

interface JsonOptions extends AddressOptions {
  readonly json?: boolean;
}

interface RedriveOptions extends JsonOptions {
  readonly value?: string;
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

const listedLetters = 500;

export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description('what a pipeline set aside: list, show, redrive');
  withAddresses(command.command('list').description('list them, newest first').argument('<pipeline>'))
    .option('--json', 'one JSON object a letter')
    .action(list);
  withAddresses(
    command.command('show').description('show one as JSON').argument('<pipeline>').argument('<id>', '0@12'),
  ).action(show);
  withAddresses(
    command
      .command('redrive')
      .description('send them to their source topic again')
      .argument('<pipeline>')
      .argument('<ids...>', '0@12'),
  )
    .option('--value <file>', 'a file with the value as JSON, for one letter: written as Avro by its schema')
    .option('--dry-run', 'say what would be sent, send nothing')
    .option('--again', 'also what was redriven or dropped before')
    .option('--json', 'one JSON object a letter')
    .action(redrive);
  return command;
}

async function list(pipeline: string, options: JsonOptions): Promise<void> {
  await using opened = open(options);
  const { letters, older, topic } = await opened.letters.list(pipeline, { limit: listedLetters }, stopSignal());
  for (const letter of letters) {
    const { id, source, message, outcome } = letter;
    if (options.json === true) printJson(letter);
    else
      print(
        `${id}  ${source.topic}-${source.partition}@${source.offset}  ${outcome.arrival ?? outcome.state}  ${message}`,
      );
  }
  if (topic === null) note(`${pipeline} has no dead-letter topic.`);
  else if (letters.length === 0) note(`No dead letters of ${pipeline} in ${topic}.`);
  if (older !== undefined) note(`There are more: the newest ${count(listedLetters)} are shown.`);
}

async function show(pipeline: string, id: string, options: AddressOptions): Promise<void> {
  await using opened = open(options);
  printJson(await opened.letters.get(pipeline, id, stopSignal()), 2);
}

async function redrive(pipeline: string, ids: readonly string[], options: RedriveOptions): Promise<void> {
  const stop = stopSignal();
  await using opened = open(options);
  const { letters } = opened;
  const change = await changeOf(letters, pipeline, ids, options, stop);
  const items = ids.map((id) => ({ id, change }));
  const plans = await letters.preview(pipeline, items);
  for (const plan of plans) note(planText(plan));
  const refused = plans.find(({ isSendable }) => !isSendable)?.problem;
  if (refused != null) throw new WorkbenchError(refused.code, refused.message, refused);
  if (options.dryRun === true) return;
  const { name: connection } = resolveAddresses({ connection: definitionOf(pipeline).connection, ...options });
  const input = { pipeline, ids, isEdited: options.value !== undefined, again: options.again === true };
  const about = { method: 'deadLetters.redrive', kind: 'pipeline', name: pipeline, connection, input } as const;
  await keptInJournal(about, () => send(letters.redrive(pipeline, items, input.again, stop), options));
}

async function send(progress: AsyncIterable<RedriveProgress>, options: RedriveOptions): Promise<void> {
  for await (const { sent, skipped, isDone } of progress) {
    if (!isDone) continue;
    for (const one of sent) {
      if (options.json === true) printJson(one);
      else print(`${one.id}  redriven to ${one.to.topic}-${one.to.partition}@${one.to.offset}`);
    }
    for (const { id, reason } of skipped) note(`${id}  skipped: ${reason}`);
  }
}

async function changeOf(
  letters: Letters,
  pipeline: string,
  ids: readonly string[],
  { value }: RedriveOptions,
  signal: AbortSignal,
): Promise<LetterChange> {
  if (value === undefined) return { type: 'unchanged' };
  const [id, ...others] = ids;
  if (others.length > 0) throw new WorkbenchError('INVALID_INPUT', '--value is for one letter');
  const { edit, editRefusal } = await letters.get(pipeline, id!, signal);
  if (edit === null) throw new WorkbenchError('INVALID_INPUT', editRefusal ?? 'this letter can’t be written as JSON');
  return { type: 'json', text: readFileSync(value, 'utf8'), schemaId: edit.schemaId };
}

function planText({ id, topic, partition, problem, isSendable }: RedrivePlan): string {
  const where = `${id}  to ${topic}, partition ${partition}`;
  if (problem === null) return `${where}: the pipeline can read it`;
  return isSendable ? `${where}: would be set aside again: ${problem.message}` : `${id}  ${problem.message}`;
}

function open(options: AddressOptions): { readonly letters: Letters } & AsyncDisposable {
  const environments = new PipelineEnvironments(async (connection) => resolveAddresses({ connection, ...options }));
  const whileStopped = <T>(_: string, work: () => Promise<T>): Promise<T> => work();
  const resets = new Resets({ environments, sinks, definition: definitionOf, whileStopped, log: note });
  const letters = new Letters({
    ledger: new LetterLedger(letterLedgerFile(defaultStateDir())),
    environments,
    definition: definitionOf,
    arrivals: (pipeline) => resets.arrivals(pipeline),
  });
  return { letters, [Symbol.asyncDispose]: () => environments.close() };
}

function definitionOf(name: string): PipelineDefinition {
  const workspace = openWorkspace(defaultWorkspaceDir(), defaultStateDir());
  try {
    for (const file of workspace.pipelineFiles()) {
      try {
        const definition = parseDefinition(workspace.read(file), file);
        if (definition.name === name) return definition;
      } catch {
        // Told where the file itself is asked for: `mercury run`.
      }
    }
  } finally {
    workspace.close();
  }
  throw new WorkbenchError('NOT_FOUND', `there is no pipeline ${name} in ${defaultWorkspaceDir()}`, { object: name });
}
