/**
 * The typed API: every method of the workbench, served over WebSocket, a MessagePort or HTTP (`/api`) alike.
 *
 * Adding a method = an entry in `methods/`, its implementation in the part's `api.ts`, its caller. Errors arrive as `WORKBENCH`
 * with `ErrorData` inside; streams are event iterators of snapshots or pages, never a message a record. `route` is what
 * programs see of it: path, summary and, by the schemas, its inputs, outputs and an example. `meta` says what it changes.
 */
import { connectionsMethods } from './methods/connections.ts';
import { deadLettersMethods } from './methods/dead-letters.ts';
import { journalMethods } from './methods/journal.ts';
import { modelsMethods } from './methods/models.ts';
import { pipelinesMethods } from './methods/pipelines.ts';
import { sandboxMethods } from './methods/sandbox.ts';
import { schemasMethods } from './methods/schemas.ts';
import { sqlMethods } from './methods/sql.ts';
import { stackMethods } from './methods/stack.ts';
import { systemMethods } from './methods/system.ts';
import { topicsMethods } from './methods/topics.ts';

export const contract = {
  system: systemMethods,
  connections: connectionsMethods,
  topics: topicsMethods,
  schemas: schemasMethods,
  pipelines: pipelinesMethods,
  deadLetters: deadLettersMethods,
  models: modelsMethods,
  sql: sqlMethods,
  sandbox: sandboxMethods,
  stack: stackMethods,
  journal: journalMethods,
};
