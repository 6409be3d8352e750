/**
 * A child's line to its parent, whoever forked it: the channel of Node's `fork`, or the parent port of a utility process.
 */
export interface ParentPort {
  /** The process whose end ends this one. A utility process may be the child of another process than its parent. */
  readonly parentPid: number;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent closed the channel. A utility process is ended by its service instead: never called there. */
  onDisconnect(listener: () => void): void;
}

interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

const pidArgument = '--parent-pid=';

/** What the parent of a utility process gives it as arguments. */
export const utilityArguments = (): string[] => [`${pidArgument}${process.pid}`];

export function parentPort(): ParentPort {
  const { parentPort: port } = process as NodeJS.Process & { parentPort?: UtilityPort };
  return port === undefined ? nodePort() : utilityPort(port);
}

function nodePort(): ParentPort {
  return {
    parentPid: process.ppid,
    // A parent that ends while a message is on its way is noticed by the watchdog.
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => process.on('message', listener),
    onDisconnect: (listener) => process.on('disconnect', listener),
  };
}

function utilityPort(port: UtilityPort): ParentPort {
  const given = process.argv.find((argument) => argument.startsWith(pidArgument));
  return {
    parentPid: given === undefined ? process.ppid : Number(given.slice(pidArgument.length)),
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onDisconnect: () => {},
  };
}
