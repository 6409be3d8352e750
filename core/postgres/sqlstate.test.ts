import { expect, test } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import { fromPostgres, verdictOf } from './sqlstate.ts';

test.each([
  ['08006', 'unreachable'],
  ['40001', 'unreachable'],
  ['40P01', 'unreachable'],
  ['53100', 'unreachable'],
  ['57P01', 'unreachable'],
  ['25006', 'unreachable'],
  ['XX000', 'unreachable'],
  [undefined, 'unreachable'],
  ['21000', 'rejected'],
  ['22001', 'rejected'],
  ['23505', 'rejected'],
  ['54000', 'rejected'],
  ['P0001', 'rejected'],
  ['42P01', 'misfit'],
  ['42501', 'misfit'],
  ['28P01', 'misfit'],
  ['3D000', 'misfit'],
])('SQLSTATE %s is %s', (state, verdict) => {
  expect(verdictOf(state)).toBe(verdict);
});

function serverError(fields: Readonly<Record<string, string>>, message = 'went wrong'): Error {
  return Object.assign(new Error(message), fields);
}

test('an error of a row says what the server said and where', () => {
  const error = fromPostgres(
    serverError({ code: '22003', where: 'COPY mercury_rows, line 3, column price', detail: 'Too large.' }),
    'orders',
  );
  expect(error.toData()).toEqual({
    code: 'SINK_REJECTED',
    message: 'Postgres says: went wrong; Too large.; column price (SQLSTATE 22003)',
    object: 'orders',
    retryable: false,
  });
});

test('the values of a failing row stay out of the message', () => {
  const detail = 'Failing row contains (1, secret).';
  const error = fromPostgres(serverError({ code: '23502', detail, column: 'name' }), 'orders');
  expect(error.message).toBe('Postgres says: went wrong; column name (SQLSTATE 23502)');
});

test.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])('%s can be tried again', (code) => {
  const error = fromPostgres(serverError({ code }), 'orders');
  expect(error).toMatchObject({ code: 'SINK_UNREACHABLE', retryable: true });
});

test('all addresses of a host that refuse are told in one message', () => {
  const refused = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]);
  expect(fromPostgres(refused, 'db').message).toContain('refused ::1; refused 127.0.0.1');
});

test('an error of the house stays what it is', () => {
  const error = new WorkbenchError('SINK_REJECTED', 'not a UUID');
  expect(fromPostgres(error, 'orders')).toBe(error);
});
