/** The contract's methods of models. */
import { basename } from 'node:path';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { askOnce } from '#core/process/ask-once.ts';
import type { Fork } from '#core/process/port.ts';
import { viewCard } from './card-view.ts';
import { findModel, readCatalogue } from './catalogue.ts';
import type { ParityApi } from './parity.ts';

const os = implement(contract.models);

/** `fork` starts the process that computes. */
export function modelsApi(folder: string, fork: Fork) {
  return {
    list: os.list.handler(async () => {
      const { models, invalid } = await readCatalogue(folder);
      const valid = models.map(({ card }) => ({
        name: card.name,
        title: card.title,
        inputs: card.inputs.flatMap((input) => input.fields),
        output: card.outputs.map((output) => output.field).join(', '),
        metrics: card.metrics ?? {},
        error: null,
      }));
      const broken = invalid.map(({ dir, error }) => {
        const name = basename(dir);
        return { name, title: name, inputs: [], output: '', metrics: {}, error: error.toData() };
      });
      return [...valid, ...broken];
    }),
    card: os.card.handler(async ({ input }) => viewCard(await findModel(folder, input.name))),
    checkParity: os.checkParity.handler(async ({ input, signal }) => {
      const { dir, card } = await findModel(folder, input.name);
      const report = await askOnce<ParityApi, 'check'>(fork, {
        child: 'parity',
        method: 'check',
        input: { dir },
        signal,
      });
      if (report === undefined) throw noParity(card.name);
      return {
        ...report,
        worst: Number.isFinite(report.worst) ? report.worst : null,
        unit: card.outputs[0]?.unit ?? null,
      };
    }),
  };
}

function noParity(name: string): WorkbenchError {
  return new WorkbenchError('NOT_FOUND', `the card of ${name} names no parity rows`, {
    object: name,
    nextStep: 'Let its training script write some rows with their outputs, and name the file under `parity:`.',
  });
}
