import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { ErrorInfoSchema } from '../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../proto/reasons.ts';
import { CliError, exitCodes } from './exit.ts';
import { failureOf, textOf } from './failure.ts';
import { repeatable } from './repeatable.ts';

const answered = (code: Code, reason: string) =>
  new ConnectError('it says no', code, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: errorDomain }) },
  ]);

async function failing(error: Error, given?: string): Promise<{ failed: unknown; used: string }> {
  let used = '';
  const change = (requestId: string) => {
    used = requestId;
    return Promise.reject(error);
  };
  try {
    await repeatable(given, change);
  } catch (failed) {
    return { failed, used };
  }
  throw new Error('it did not fail');
}

test.each([
  ['a lost answer', new ConnectError('socket hang up', Code.Unavailable)],
  ['no answer in time', new ConnectError('the operation timed out', Code.DeadlineExceeded)],
  ['a part that the platform did not reach', answered(Code.Unavailable, 'UPSTREAM_UNAVAILABLE')],
  ['a defect of the platform', answered(Code.Internal, 'INTERNAL')],
  ['an answer that cannot be read', new Error('unexpected end of JSON')],
])('after %s the error tells the request id and how to repeat', async (_, error) => {
  const { failed, used } = await failing(error);
  expect(failed).toBe(error);
  expect(failureOf(failed).failure.requestId).toBe(used);
  expect(textOf(failed)).toContain(
    `\nTo learn the outcome without doing it twice, repeat the command with --request-id ${used}`,
  );
  const wrapped = new CliError('REFUND_PENDING', exitCodes.error, 'it goes on', error);
  expect(failureOf(wrapped).failure.requestId).toBe(used);
});

test('a repeat tells the id that was given', async () => {
  const given = randomUUID();
  expect(await failing(new ConnectError('lost', Code.Unavailable), given)).toMatchObject({ used: given });
});

test('a refusal has nothing to repeat', async () => {
  const { failed } = await failing(answered(Code.FailedPrecondition, 'INSUFFICIENT_FUNDS'));
  expect(failureOf(failed).failure).not.toHaveProperty('requestId');
  expect(textOf(failed)).toBe('it says no (INSUFFICIENT_FUNDS)');
});

test.each(['SIGINT', 'SIGTERM'])('%s while it waits tells the request id', async (name) => {
  const signals = new EventEmitter();
  const given = randomUUID();
  const waiting = repeatable(
    given,
    async (_, signal) => {
      await once(new EventEmitter(), 'answer', { signal });
    },
    signals,
  );
  signals.emit(name);
  const failed: unknown = await waiting.catch((error: unknown) => error);
  expect(failureOf(failed)).toEqual({
    failure: { reason: 'INTERRUPTED', message: 'stopped before the answer came', requestId: given },
    exitCode: exitCodes.error,
  });
  // Ctrl-C reaches the process twice: from the terminal and from the launcher.
  expect(signals.emit('SIGTERM')).toBe(true);
});

test('after the answer a signal ends the command as it always does', async () => {
  const signals = new EventEmitter();
  expect(await repeatable(undefined, () => Promise.resolve('done'), signals)).toBe('done');
  expect(signals.emit('SIGINT')).toBe(false);
});
