import { basename } from 'node:path';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { viewCard } from './card-view.ts';
import { findModel, readCatalogue } from './catalogue.ts';

const os = implement(contract.models);

export function modelsApi(folder: string) {
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
  };
}
