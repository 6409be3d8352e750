/**
 * The `mercury` command: a list of its commands and what they have in common.
 *
 * Data goes to stdout, progress and errors to stderr. Exit codes: 0 ok, 1 failed, 2 wrong usage.
 */
import { Command, CommanderError } from 'commander';
import { startWatchdog } from '#core/process/watchdog.ts';
import { consumeCommand } from './consume.ts';
import { deadLettersCommand } from './dead-letters.ts';
import { doctorCommand } from './doctor.ts';
import { journalCommand } from './journal.ts';
import { printError } from './output.ts';
import { runCommand } from './run.ts';
import { sandboxCommand } from './sandbox.ts';
import { sqlCommand } from './sql.ts';
import { startCommand } from './start.ts';
import { topicsCommand } from './topics.ts';
import { version } from './version.ts';

const commands = [
  startCommand,
  sandboxCommand,
  runCommand,
  topicsCommand,
  consumeCommand,
  deadLettersCommand,
  sqlCommand,
  journalCommand,
  doctorCommand,
];

export async function main(args: readonly string[]): Promise<void> {
  endWithLauncher();
  endWithReader();
  const program = new Command('mercury')
    .description('Kafka topics to tables and predictions, exactly once.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(mercury --help lists the commands)');
  for (const create of commands) program.addCommand(inherit(create(), program));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = printError(error);
  }
}

/** Sub-commands throw their usage errors too, instead of ending the process with commander's own code. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

/** `mercury consume flights | head`: who read the output has enough. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

/** `bin/mercury` on an old Node waits for this process: when it is killed, this one goes too. */
function endWithLauncher(): void {
  const launcher = Number(process.env.MERCURY_LAUNCHER_PID);
  if (launcher === process.ppid) startWatchdog(launcher);
}
