/**
 * kafkajs 2.2.4 sets timers with negative times, of which Node from 24 on warns once a process: nothing a user could act on.
 * Every other warning is printed as before. Imported for its effect, before kafkajs; by the tests before each file.
 */
const cause = 'RequestQueue.scheduleCheckPendingRequests';
const printers = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name === 'TimeoutNegativeWarning' && warning.stack?.includes(cause) === true) return;
  for (const print of printers) print.call(process, warning);
});
