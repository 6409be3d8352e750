/** One model that works and one whose card names a file that is not its own. */
import type { ModelCardView, ModelParity, ModelSummary } from '#core/contract/model.ts';

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

/** Of the one that works. */
export const modelCard: ModelCardView = {
  name: 'arrival-delay',
  title: 'Arrival delay of a flight, in minutes',
  folder: '/home/ada/streams/ml-models/arrival-delay',
  inputs: [
    { tensor: 'features', type: 'float32', fields: ['dep_delay', 'distance', 'sched_dep_time', 'sched_arr_time'] },
  ],
  outputs: [
    { tensor: 'variable', type: 'float32', field: 'predicted_arr_delay', target: 'arr_delay', unit: 'minutes' },
  ],
  metrics: { held_out_rows: 65_469, r2: 0.8368, mae: 13.0076 },
  file: {
    name: 'model.onnx',
    bytes: 94_211,
    sha256: '9af0cac9a96e608f13240b41ae98ef2d907e9d1df3128f8f3bfcb8a961294f76',
    isAsOnCard: true,
    opset: 17,
  },
  parity: { file: 'parity.json', rows: 200, fault: null },
  provenance: {
    data: 'core/sandbox/sample/data/flights.parquet',
    dataSha256: '7a5a8837df496a9dd4b04da20a06e66cb30dba21ff6f3f7c66010e93fbe966fa',
    script: 'train.py',
    scriptSha256: '0871508e49b361b4964e39ff6368c7e05efdf5c1b2b28684847238c0609395ba',
    algorithm: 'gradient boosting, 60 trees of depth 4',
    libraries: { 'scikit-learn': '1.9.1', onnx: '1.23.2' },
    trained: '2026-11-24',
  },
};

export const modelParity: ModelParity = { rows: 200, differing: 0, worst: 0.0000019, unit: 'minutes' };
