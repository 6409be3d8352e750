/**
 * Warnings that kafkajs 2.2.4 and its registry client cause: nothing a user could act on. Every other one is printed as before.
 * Imported for its effect, before kafkajs; by the tests before each file.
 */
/** The name of a warning and the function that causes it. */
const quiet: Readonly<Record<string, string>> = {
  // Timers with negative times, of which Node from 24 on warns.
  TimeoutNegativeWarning: 'RequestQueue.scheduleCheckPendingRequests',
  // `url.parse`, which Node forgives to packages, not to a bundle of them.
  DeprecationWarning: 'HTTP.performRequest',
};

const printers = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  const cause = quiet[warning.name];
  if (cause !== undefined && warning.stack?.includes(cause) === true) return;
  for (const print of printers) print.call(process, warning);
});
