import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../proto/reasons.ts';
import { exitCodes, usageError } from './exit.ts';
import { failureOf, textOf } from './failure.ts';
import { blame, databasePart } from './parts.ts';

const refused = (reason: string, ...fields: { field: string; description: string }[]) =>
  new ConnectError('it is refused', Code.FailedPrecondition, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: errorDomain }) },
    ...(fields.length === 0
      ? []
      : [{ desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations: fields }) }]),
  ]);

test('a refusal is told with its reason', () => {
  expect(textOf(refused('INSUFFICIENT_FUNDS'))).toBe('it is refused (INSUFFICIENT_FUNDS)');
});

test('wrong fields are named', () => {
  const error = refused('VALIDATION_FAILED', { field: 'reason', description: 'is too short' });
  expect(textOf(error)).toBe('reason: is too short (VALIDATION_FAILED)');
});

test('a value that the API takes in no state of the shop is wrong usage; a refusal is not', () => {
  const error = refused('VALIDATION_FAILED', { field: 'reason', description: 'is too short' });
  expect(failureOf(error).exitCode).toBe(exitCodes.usage);
  expect(failureOf(refused('PAGE_TOKEN_INVALID')).exitCode).toBe(exitCodes.usage);
  expect(failureOf(refused('REQUEST_ID_REUSED')).exitCode).toBe(exitCodes.error);
});

test('another error is told as it is', () => {
  expect(textOf(new Error('no such file'))).toBe('no such file');
  expect(textOf('stopped')).toBe('stopped');
});

test('a part that does not answer is named with its address, and never with a password', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  const error = new Error('Failed query', { cause });
  blame(databasePart('order', 'postgres://someone:secret@127.0.0.1:5432/shop'), error);
  expect(textOf(error)).toBe(
    'Postgres (order) at 127.0.0.1:5432/shop does not answer: connect ECONNREFUSED 127.0.0.1:5432 (DATABASE_UNAVAILABLE)',
  );
  expect(failureOf(error)).toEqual({
    failure: {
      reason: 'DATABASE_UNAVAILABLE',
      message: 'connect ECONNREFUSED 127.0.0.1:5432',
      part: 'Postgres (order)',
      address: '127.0.0.1:5432/shop',
    },
    exitCode: exitCodes.away,
  });
});

test('a part that answers with an error is named, and says itself what is wrong', () => {
  const error = new Error('Failed query: select 1\nparams: ', { cause: new Error('database "shop" does not exist') });
  blame(databasePart('order', 'postgres://someone:secret@127.0.0.1:5432/shop'), error);
  expect(textOf(error)).toBe('Postgres (order) at 127.0.0.1:5432/shop: database "shop" does not exist');
  const keys = new Error('ENOENT: no such file');
  blame({ part: 'service keys', address: '/keys' }, keys);
  expect(textOf(keys)).toBe('service keys at /keys: ENOENT: no such file');
  const refusal = refused('INSUFFICIENT_FUNDS');
  blame({ part: 'API', address: 'http://127.0.0.1:8000' }, refusal);
  expect(textOf(refusal)).toBe('it is refused (INSUFFICIENT_FUNDS)');
});

test('the exit code tells a refusal, wrong usage, something unknown and silence apart', () => {
  const codeOf = (error: unknown) => failureOf(error).exitCode;
  expect(codeOf(refused('ORDER_NOT_CANCELLABLE'))).toBe(1);
  expect(codeOf(usageError('an amount is wrong'))).toBe(2);
  expect(
    codeOf(
      new ConnectError('no such order', Code.NotFound, undefined, [
        { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason: 'ORDER_NOT_FOUND', domain: errorDomain }) },
      ]),
    ),
  ).toBe(3);
  expect(codeOf(new ConnectError('gone', Code.Unavailable))).toBe(4);
});

test('a part that answered is not told as away, although another part behind it is', () => {
  const behind = (message: string) =>
    new ConnectError(message, Code.Unavailable, undefined, [
      {
        desc: ErrorInfoSchema,
        value: create(ErrorInfoSchema, { reason: 'TEMPORAL_UNAVAILABLE', domain: errorDomain }),
      },
    ]);
  const api = { part: 'API', address: 'http://127.0.0.1:8000' };
  const answer = blame(api, behind('the workflow service does not answer; try again'));
  expect(textOf(answer)).toBe(
    'the API answered: the workflow service does not answer; try again (TEMPORAL_UNAVAILABLE)',
  );
  expect(failureOf(answer).exitCode).toBe(exitCodes.away);
  const silent = blame(api, new ConnectError('connect ECONNREFUSED', Code.Unavailable));
  expect(textOf(silent)).toMatch(/^API at http:\/\/127\.0\.0\.1:8000 does not answer: /);
});
