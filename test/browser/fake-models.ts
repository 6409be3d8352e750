/** One model that works and one whose card names a file that is not its own. */
import type { ModelSummary } from '#core/contract/model.ts';

export const models: readonly ModelSummary[] = [
  {
    name: 'arrival-delay',
    title: 'Arrival delay of a flight, in minutes',
    inputs: ['dep_delay', 'distance', 'sched_dep_time', 'sched_arr_time'],
    output: 'predicted_arr_delay',
    metrics: { held_out_rows: 65_469, r2: 0.8368, mae: 13.0076 },
    error: null,
  },
  {
    name: 'fare-class',
    title: 'fare-class',
    inputs: [],
    output: '',
    metrics: {},
    error: {
      code: 'MODEL_INVALID',
      message: 'model.onnx is not the file that the card names: its SHA-256 begins with 4be1, not with 9af0',
      object: 'ml-models/fare-class',
      nextStep: 'Put the right file there, or write its hash on the card.',
      retryable: false,
    },
  },
];
