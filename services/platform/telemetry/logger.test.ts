import { afterEach, expect, test } from 'vitest';
import { createTestRpc } from '../testing/rpc.ts';
import { createFixture } from '../testing/fixture.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { rest } from '../testing/rest.ts';
import { createLogger } from './logger.ts';

let lines: string[] = [];
const destination = { write: (line: string) => void lines.push(line) };

afterEach(() => {
  lines = [];
});

test('passwords, tokens and addresses don’t reach the log, at any depth we log at', () => {
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

test('a defect is an error line with its cause, which the caller doesn’t get', async () => {
  const fixture = createFixture();
  fixture.onGetWallet = () => Promise.reject(new Error('select secret from wallets'));
  const rpc = await createTestRpc([fixture.service], { logger: createLogger({ role: 'wallet', destination }) });
  const wallet = rpc.connect(WalletService, { user: { userId: 'someone' } });
  await expect(wallet.getWallet({})).rejects.toMatchObject({ message: 'internal error', reason: 'INTERNAL' });
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 'error', code: 'internal', reason: 'INTERNAL', err: { message: 'select secret from wallets' } },
  ]);
});

test('pretty lines are for people', () => {
  createLogger({ role: 'all', pretty: true, destination }).warn({ orders: 3 }, 'late');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}\[all\] late orders=3\n$/);
});
