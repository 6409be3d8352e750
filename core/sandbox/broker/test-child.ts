/** A broker as a process of its own, for tests that kill it. Arguments: data folder. Prints its address. */
import { openBroker } from './broker.ts';

const broker = await openBroker({
  dataDir: process.argv[2]!,
  log: (line, level) => level === undefined && process.stderr.write(`${line}\n`),
});
process.stdout.write(`${broker.host}:${broker.port}\n`);
const stop = () => void broker.close().then(() => process.exit(0));
process.on('SIGTERM', stop);
// The test is gone when its end of the pipe is.
process.stdin.on('end', stop).resume();
