/** Compares one model with its parity rows and answers: onnxruntime blocks the loop of the process it computes in. */
import { checkParity, type ParityApi } from '#core/inference/parity.ts';
import { type Answer, answer, type Call } from '#core/process/calls.ts';
import { runChild } from '#core/process/child.ts';

const api: ParityApi = { check: ({ dir }) => checkParity(dir) };

runChild<Call, Answer>((emit) => ({
  handle: async (call) => emit(await answer(api, call)),
  close: async () => {},
}));
