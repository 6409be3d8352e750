/**
 * The composition root of the main process: what it is made of, in which order it opens and closes. A list of parts,
 * nothing else.
 */
import { sandboxConnection } from './contract/connection.ts';
import { modelsApi } from './inference/api.ts';
import { systemApi } from './monitor/api.ts';
import { Live } from './monitor/live.ts';
import { StartupMarks } from './monitor/startup.ts';
import { deadLettersApi, pipelinesApi } from './pipeline/api.ts';
import { LetterLedger } from './pipeline/dead-letters/ledger.ts';
import { Letters } from './pipeline/dead-letters/letters.ts';
import { PipelineEnvironments } from './pipeline/pipeline-environments.ts';
import { Resets } from './pipeline/reset.ts';
import { PipelineRuns } from './pipeline/runs.ts';
import type { Fork } from './process/port.ts';
import { mainProcess } from './process/self.ts';
import { topicsApi } from './records/api.ts';
import { Clusters } from './records/clusters.ts';
import { connectionsApi } from './records/connections-api.ts';
import { schemasApi } from './records/schemas-api.ts';
import { sandboxApi } from './sandbox/api.ts';
import { SandboxControl } from './sandbox/control.ts';
import { ownWhenNeeded } from './sinks/duckdb/own.ts';
import { remoteOwner } from './sinks/duckdb/remote.ts';
import { createSinks } from './sinks/index.ts';
import { Analytics } from './sql/analytics.ts';
import { sqlApi } from './sql/api.ts';
import { stackApi } from './stack/api.ts';
import { Connections } from './workspace/connections.ts';
import { journalApi } from './workspace/journal/api.ts';
import { Journal } from './workspace/journal/journal.ts';
import { journaled } from './workspace/journal/journaled.ts';
import { journalFile, letterLedgerFile, sandboxDir, workspaceDatabase } from './workspace/paths.ts';
import { openSecrets } from './workspace/secrets.ts';
import type { KeyWrapper } from './workspace/secrets-file.ts';
import { openWorkspace } from './workspace/workspace.ts';

export interface WorkbenchOptions {
  readonly version: string;
  readonly fork: Fork;
  readonly workspaceDir: string;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly modelsDir: string;
  /** How long the page was built before this start; its marks leave it out. */
  readonly builtMs: number;
  /** The system's key store for the secrets, where there is one. */
  readonly keyWrapper?: KeyWrapper | undefined;
  readonly log: (line: string) => void;
}

/** Records a second of the sample feed until the user chooses another rate. */
const feedRatePerSecond = 200;
const samplePipeline = 'flights-to-postgres';

export type Workbench = ReturnType<typeof openWorkbench>;

export function openWorkbench(options: WorkbenchOptions) {
  const { version, fork, workspaceDir, stateDir, cacheDir, modelsDir, log } = options;
  const onChange = (): void => live.changed();

  const workspace = openWorkspace(workspaceDir, stateDir);
  const journal = new Journal({ file: journalFile(stateDir), onChange, log });
  const sandbox = new SandboxControl({
    fork,
    cacheDir,
    dataDir: sandboxDir(stateDir),
    feedRatePerSecond,
    onChange,
    log,
  });
  const secrets = openSecrets({ stateDir, keyWrapper: options.keyWrapper });
  const connections = new Connections({
    workspaceDir,
    stateDir,
    secrets,
    sandbox: () => sandbox.connection(),
    onGuard: (name, guard) => runs.setGuard(name, guard),
  });
  const analytics = new Analytics({ fork, file: workspaceDatabase(stateDir), onChange, log });
  const sinks = createSinks(remoteOwner(analytics.sinkCaller(), ownWhenNeeded()));
  const runs = new PipelineRuns({
    workspace,
    sinks,
    modelsDir,
    fork,
    resolveConnection: (name) => connections.resolve(name),
    initiallyRunning: [samplePipeline],
    calls: analytics,
    onChange,
    log,
  });
  const sandboxNow = () => sandbox.connectionNow();
  const clusters = new Clusters(async () => {
    const { current } = connections;
    return current === sandboxConnection ? sandboxNow() : connections.resolve(current);
  });
  const environments = new PipelineEnvironments(async (name) =>
    name === sandboxConnection ? sandboxNow() : connections.resolve(name),
  );
  const definition = (name: string) => runs.definition(name);
  const resets = new Resets({
    environments,
    sinks,
    definition,
    whileStopped: (name, work) => runs.whileStopped(name, work),
    log,
  });
  const letters = new Letters({
    ledger: new LetterLedger(letterLedgerFile(stateDir)),
    environments,
    definition,
    arrivals: (name) => resets.arrivals(name),
  });
  const startup = new StartupMarks(options.builtMs);
  const live = new Live(() => {
    const status = {
      sandbox: sandbox.status(),
      pipelines: runs.statuses(),
      pipelineFaults: runs.faults(),
      journal: journal.status(),
    };
    const processes = [mainProcess(), sandbox.process(), analytics.process(), ...runs.processes()].filter(
      (process) => process !== undefined,
    );
    return { at: Date.now(), processes, ...status, startup: startup.marks(status.sandbox, status.pipelines) };
  });

  sandbox.start();
  runs.resume();
  return {
    live,
    startup,
    router: journaled({
      journal,
      connectionOf: (pipeline) => (pipeline === null ? connections.current : definition(pipeline).connection),
    }).router({
      system: systemApi(version, workspace, live),
      connections: connectionsApi({ connections, secrets, sandboxNow }),
      topics: topicsApi(clusters),
      schemas: schemasApi(clusters),
      pipelines: pipelinesApi(runs, resets, sinks),
      deadLetters: deadLettersApi(letters),
      models: modelsApi(modelsDir, fork),
      sql: sqlApi(analytics.sql),
      sandbox: sandboxApi(sandbox, runs),
      stack: stackApi(),
      journal: journalApi(journal),
    }),
    /** Pipelines drain before the sandbox they write to ends. */
    async close(): Promise<void> {
      await runs.close();
      await analytics.close();
      await clusters.close();
      await environments.close();
      await sandbox.close();
      connections.close();
      await journal.close();
      workspace.close();
    },
  };
}
