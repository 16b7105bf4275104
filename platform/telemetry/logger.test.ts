import { DrizzleQueryError } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { createTestRpc } from '../testing/rpc.ts';
import { createFixture } from '../testing/fixture.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { rest } from '../testing/rest.ts';
import { createLogger } from './logger.ts';
import { inRequest } from './request-context.ts';

let lines: string[] = [];
const destination = { write: (line: string) => void lines.push(line) };

afterEach(() => {
  lines = [];
});

test('passwords, tokens and addresses do not reach the log, at any depth that is logged', () => {
  const secret = {
    password: 'pa55word',
    newPassword: 'pa55word',
    current_password: 'pa55word',
    accessToken: 'eyJ',
    refresh_token: 'rt',
    authorization: 'Bearer b',
    email: 'jane@example.com',
  };
  createLogger({ role: 'sso', destination }).info({ ...secret, user: secret, request: { headers: secret } }, 'hello');
  expect(lines[0]).not.toMatch(/pa55word|eyJ|"rt"|Bearer b|jane@/);
  expect(lines[0]).toContain('j***@example.com');
});

test.each([false, true])(
  'what people write into a reason is masked, in fields and in messages (pretty: %s)',
  (pretty) => {
    const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJlLW9mLWphbmU';
    const key = 'Zm9vYmFyYmF6cXV4cXV1eA-Zm9vYmFyYmF6cXV4cXV1';
    const reason = `refunded by support: ann@eyes.test, "${token}", ${key}`;
    const log = createLogger({ role: 'order', pretty, destination }).child({ note: 'for ann@eyes.test' });
    log.info({ cause: reason, nested: { reasons: [reason] } }, `refunded: ${reason.slice(0, 90)}`);
    log.error({ err: new Error(reason) }, 'failed');
    expect(lines.join('')).not.toMatch(/ann@|eyJ|c2lnbm|Zm9v/);
    expect(lines.join('')).toContain('refunded by support: a***@eyes.test');
  },
);

test('a served call is one line with method, code, time, id and kind of caller, and nothing of its content', async () => {
  const fixture = createFixture();
  const rpc = await createTestRpc([fixture.service], { logger: createLogger({ role: 'wallet', destination }) });
  const { http } = await rpc.server.start();
  const token = await rpc.auth.tokenOf({ userId: 'someone' });
  await rest(http, 'GET /api/v1/wallet', {
    headers: { authorization: `Bearer ${token}`, 'x-request-id': 'request-12345' },
  });
  await rpc.server.stop();
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    {
      level: 'info',
      role: 'wallet',
      msg: 'call served',
      method: 'ecommerce.wallet.v1.WalletService/GetWallet',
      code: 'ok',
      durationMs: expect.any(Number),
      requestId: 'request-12345',
      caller: 'user',
    },
  ]);
  expect(lines.join('')).not.toContain(token);
});

test('an id that somebody else has chosen is in the log as it was sent; a word like it elsewhere is masked', () => {
  const id = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const log = createLogger({ role: 'cart', destination });
  inRequest({ requestId: id, traceparent }, () => log.info({ eventId: id, reason: id }, 'taken in'));
  log.info({ err: Object.assign(new Error('refused'), { metadata: { requestId: id } }) }, 'refused');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { requestId: id, traceId: traceparent.slice(3, 35), eventId: id, reason: '[redacted]' },
    { err: { metadata: { requestId: id } } },
  ]);
});

test('a defect is an error line with its cause, which the caller does not get', async () => {
  const fixture = createFixture();
  fixture.onGetWallet = () => Promise.reject(new Error('select secret from wallets'));
  const rpc = await createTestRpc([fixture.service], { logger: createLogger({ role: 'wallet', destination }) });
  const wallet = rpc.connect(WalletService, { user: { userId: 'someone' } });
  await expect(wallet.getWallet({})).rejects.toMatchObject({ message: 'internal error', reason: 'INTERNAL' });
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 'error', code: 'internal', reason: 'INTERNAL', err: { message: 'select secret from wallets' } },
  ]);
});

test('a failed statement is logged without its bound values, in any wrapping and under any field name', () => {
  const refused = Object.assign(new Error('duplicate key value'), {
    code: '23505',
    detail: 'Key (email)=(jane@x.org)',
  });
  const query = new DrizzleQueryError('insert into users values ($1, $2)', ['jane@x.org', 'pa55\nw0rd'], refused);
  const wrapped = new AppError('unavailable', 'DATABASE_BUSY', 'the database is busy', { cause: query });
  const log = createLogger({ role: 'sso', destination });
  log.error({ err: query }, 'one');
  log.error({ error: wrapped }, 'two');
  log.error({ failure: { cause: new AggregateError([query, new Error('to jane@x.org')], 'all failed') } }, 'three');
  log.error({ err: refused }, 'four');
  expect(lines.join('')).not.toMatch(/jane@|pa55|w0rd/);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    {
      err: {
        type: 'DrizzleQueryError',
        message: expect.stringContaining('insert into users'),
        stack: expect.any(String),
      },
    },
    { error: { reason: 'DATABASE_BUSY', message: expect.stringContaining('duplicate key value') } },
    { failure: { cause: { aggregateErrors: [{ query: expect.any(String) }, { message: 'to j***@x.org' }] } } },
    { err: { code: '23505', message: 'duplicate key value' } },
  ]);
});

test('a pretty line tells an error that was logged as text', () => {
  createLogger({ role: 'all', pretty: true, destination }).fatal({ err: 'no tables' }, 'could not start');
  expect(lines[0]).toMatch(/ FATAL \[all\] could not start err="no tables"\n$/);
});

test('a pretty line is readable text', () => {
  createLogger({ role: 'all', pretty: true, destination }).warn({ orders: 3 }, 'late');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}\[all\] late orders=3\n$/);
});
