import { Code, ConnectError } from '@connectrpc/connect';
import { codeToString, errorFromJsonBytes, errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { testDatabaseUrl } from '../testing/database.ts';
import { AppError, failedPrecondition, type ErrorKind } from './app-error.ts';
import { codeName } from './code-name.ts';
import { fromConnectError } from './from-connect.ts';
import { fromPostgresError } from './from-postgres.ts';
import { toConnectError } from './to-connect.ts';

/** As another process would see it. */
function sent(error: unknown): ConnectError {
  const bytes = errorToJsonBytes(toConnectError(error, 'request-1'), undefined);
  return errorFromJsonBytes(bytes, undefined, new ConnectError('unreadable'));
}

describe('an error between services', () => {
  test('keeps its code, reason, metadata, violations and time to retry', () => {
    const original = new AppError('resource_exhausted', 'RATE_LIMITED', 'slowly', {
      metadata: { limit: '5' },
      violations: [{ field: 'email', description: 'too often' }],
      retryAfterSeconds: 1.5,
    });
    const { code, reason, message, metadata, violations, retryAfterSeconds, kind } = fromConnectError(sent(original));
    expect({ code, reason, message, metadata, violations, retryAfterSeconds, kind }).toEqual({
      code: 'resource_exhausted',
      reason: 'RATE_LIMITED',
      message: 'slowly',
      metadata: { limit: '5' },
      violations: [{ field: 'email', description: 'too often' }],
      retryAfterSeconds: 1.5,
      kind: 'transient',
    });
  });

  test.each<[string, unknown, string, ErrorKind]>([
    ['a refusal', failedPrecondition('OUT_OF_STOCK', 'gone'), 'failed_precondition OUT_OF_STOCK', 'definitive'],
    ['a defect', new TypeError('x is undefined'), 'internal INTERNAL', 'unknown'],
    ['a lock timeout', Object.assign(new Error('lock'), { code: '55P03' }), 'unavailable DATABASE_BUSY', 'transient'],
    [
      'a lost commit',
      Object.assign(new Error('x'), { code: 'CONNECTION_CLOSED' }),
      'unavailable DATABASE_OUTCOME_UNKNOWN',
      'unknown',
    ],
    [
      'its own deadline',
      new ConnectError('late', Code.DeadlineExceeded),
      'deadline_exceeded DEADLINE_EXCEEDED',
      'unknown',
    ],
    ['a method it lacks', new ConnectError('no', Code.Unimplemented), 'unimplemented UNIMPLEMENTED', 'transient'],
  ])('%s', (_, thrown, is, kind) => {
    const error = fromConnectError(sent(thrown));
    expect([`${error.code} ${error.reason}`, error.kind]).toEqual([is, kind]);
  });
});

test('an error has a declared reason and a code that is declared for that reason', () => {
  // @ts-expect-error no such reason
  expect(new AppError('not_found', 'NOTHING_OF_THE_KIND', '').reason).toBe('NOTHING_OF_THE_KIND');
  // @ts-expect-error another code
  expect(new AppError('not_found', 'OUT_OF_STOCK', '').code).toBe('not_found');
  // @ts-expect-error another code
  expect(failedPrecondition('EMAIL_TAKEN', '').code).toBe('failed_precondition');
});

test('an error of a newer service keeps its reason, even if it is not known here', () => {
  const newer = sent(new AppError('not_found', { received: 'BRAND_NEW' }, 'gone'));
  expect(fromConnectError(newer)).toMatchObject({ code: 'not_found', reason: 'BRAND_NEW', kind: 'definitive' });
});

test('a code’s name is Connect’s own', () => {
  const codes = Object.values(Code).filter((code) => typeof code === 'number');
  expect(codes.map(codeName)).toEqual(codes.map(codeToString));
});

describe('an error of the network or a proxy', () => {
  const caused = (code: string) =>
    new ConnectError('x', Code.Unavailable, undefined, undefined, Object.assign(new Error('x'), { code }));
  test.each<[string, ConnectError, string, ErrorKind]>([
    ['nobody listens', caused('ECONNREFUSED'), 'unavailable', 'transient'],
    ['no such host', caused('ENOTFOUND'), 'unavailable', 'transient'],
    ['a stream refused', new ConnectError('closed with REFUSED_STREAM', Code.Unavailable), 'unavailable', 'transient'],
    [
      'a reset',
      new ConnectError('x', Code.Aborted, undefined, undefined, new Error('ECONNRESET')),
      'unavailable',
      'unknown',
    ],
    ['our own deadline', new ConnectError('x', Code.DeadlineExceeded), 'deadline_exceeded', 'unknown'],
    ['a proxy’s 503', new ConnectError('x', Code.Unavailable), 'unavailable', 'unknown'],
    ['a proxy’s 404', new ConnectError('x', Code.Unimplemented), 'unavailable', 'transient'],
    ['a proxy’s 403', new ConnectError('x', Code.PermissionDenied), 'unavailable', 'unknown'],
  ])('%s is never definitive', (_, thrown, code, kind) => {
    const error = fromConnectError(thrown);
    expect([error.code, error.kind]).toEqual([code, kind]);
  });
});

describe('what callers see', () => {
  test('of a defect: nothing but the request id', () => {
    const error = toConnectError(new Error('select * from users where password'), 'request-1');
    expect([error.rawMessage, error.code]).toEqual(['internal error', Code.Internal]);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'INTERNAL', metadata: { requestId: 'request-1' } },
    ]);
    expect(Buffer.from(errorToJsonBytes(error, undefined)).toString()).not.toContain('select');
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('of another service’s raw error: nothing', () => {
    const raw = Object.assign(new ConnectError('inner secret', Code.NotFound), { isWireError: true });
    expect(toConnectError(raw).rawMessage).toBe('internal error');
  });
});

describe('errors of a real database', () => {
  const client = postgres(testDatabaseUrl(), { max: 2, onnotice: () => undefined });
  afterAll(() => client.end());
  const caught = (query: Promise<unknown>) =>
    query.then(
      () => undefined,
      (error: unknown) => fromPostgresError(error),
    );

  test('a statement timeout is transient', async () => {
    const slow = client.begin(async (tx) => {
      await tx`set local statement_timeout = 20`;
      await tx`select pg_sleep(5)`;
    });
    expect(await caught(slow)).toMatchObject({ reason: 'DATABASE_BUSY', kind: 'transient' });
  });

  test.each<[string, object, string]>([
    ['a killed backend', { code: '57P01' }, 'DATABASE_OUTCOME_UNKNOWN'],
    ['a connection that broke', { message: 'Connection terminated unexpectedly' }, 'DATABASE_OUTCOME_UNKNOWN'],
    ['no connection in time', { message: 'timeout exceeded when trying to connect' }, 'DATABASE_UNAVAILABLE'],
    ['an error that Drizzle wrapped', { cause: Object.assign(new Error('x'), { code: '40P01' }) }, 'DATABASE_BUSY'],
  ])('%s', (_, properties, reason) => {
    expect(fromPostgresError(Object.assign(new Error('x'), properties))).toMatchObject({ reason });
  });

  test('a server that is not there is transient', async () => {
    const nowhere = postgres('postgres://x@127.0.0.1:1/x', { max: 1, connect_timeout: 2 });
    expect(await caught(nowhere`select 1`)).toMatchObject({
      reason: 'DATABASE_UNAVAILABLE',
      kind: 'transient',
      message: 'the database does not answer; try again',
    });
    await nowhere.end();
  });

  test('a NUL in text is the caller’s fault', async () => {
    expect(await caught(client`select ${'a\0b'}::text`)).toMatchObject({ code: 'invalid_argument' });
  });

  test('a unique violation is left to the repository', () => {
    expect(fromPostgresError(Object.assign(new Error('x'), { code: '23505' }))).toBeUndefined();
  });
});
