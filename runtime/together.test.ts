import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../platform/testing/database.ts';
import { callOnce, startProgram, type Program } from './testing/program.ts';

/** Two processes with every role on a database of their own, without Redis and Kafka. */
let database: TestDatabase;
let program: Program;
let base = '';
const patience = { timeout: 60_000, interval: 100 };
const login = { email: 'demo@example.com', password: 'demo-development-only' };

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

beforeAll(async () => {
  database = await createEmptyDatabase('together');
  const settings = { DATABASE_URL: database.url, SSO_BCRYPT_COST: '4', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const { code, errors } = await startProgram(['migrate.ts'], { ...settings, SEED: 'true' }).ended;
  if (code !== 0) throw new Error(errors);
  program = startProgram(['main.ts', 'all'], {
    ...settings,
    PROCESSES: '2',
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    LOG_LEVEL: 'debug',
    SSO_LOGIN_FAILURES_PER_ACCOUNT: '4',
  });
  base = (await program.logged('ready')).http ?? '';
});
afterAll(async () => {
  await program.clear();
  await database.close();
});

/** The pids of the processes that answer now, by their number. The log may come later than the answers. */
async function answering(): Promise<ReadonlyMap<number, number>> {
  const before = program.log.length;
  for (let count = 0; count < 8; count++) await callOnce(`${base}/api/v1/products?page_size=1`);
  const served = () => program.log.slice(before).filter(({ msg }) => msg === 'call served');
  await expect.poll(() => served().length, patience).toBeGreaterThanOrEqual(8);
  return new Map(served().map(({ process = 0, pid = 0 }) => [process, pid]));
}

/** The numbers of the processes that were appointed to do the upkeep, in order. */
const appointed = () =>
  program.log.flatMap(({ msg, process }) => (msg.startsWith('this process does the upkeep') ? [process] : []));

test('each call is served by one of both, and its log line has the number and the pid of the process', async () => {
  await expect.poll(async () => new Set((await answering()).keys()), patience).toEqual(new Set([1, 2]));
  expect(new Set((await answering()).values()).size).toBe(2);
});

test('a token from one process is accepted by the other', async () => {
  const { body } = await callOnce(`${base}/api/v1/auth/login`, { body: login });
  const { tokens } = JSON.parse(body) as { tokens: { accessToken: string } };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => callOnce(`${base}/api/v1/cart`, { token: tokens.accessToken })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
});

test('failed sign-ins at both processes count together, without Redis', async () => {
  const wrong = { email: 'demo@example.com', password: 'not the password' };
  const statuses: (number | undefined)[] = [];
  for (let count = 0; count < 6; count++) {
    statuses.push((await callOnce(`${base}/api/v1/auth/login`, { body: wrong })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
});

test('/metrics of either process has the series of both', async () => {
  for (let count = 0; count < 2; count++) {
    const { body } = await callOnce(`${base}/metrics`);
    expect(body).toContain('process_resident_memory_bytes{service="all",process="1"}');
    expect(body).toContain('process_resident_memory_bytes{service="all",process="2"}');
    expect(body.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
    // Half of the 10 connections of PG_POOL_SIZE.
    expect(body).toContain('db_connections_max{database="order",service="all",process="2"} 5');
  }
});

test('the upkeep runs in one process, and in the other one when that is killed', async () => {
  expect(appointed()).toHaveLength(1);
  const [first = 0] = appointed();
  const pid = (await answering()).get(first);
  if (pid === undefined) throw new Error('the keeper does not answer');
  process.kill(pid, 'SIGKILL');
  await expect.poll(appointed, patience).toEqual([first, 3 - first]);
  await expect.poll(async () => (await answering()).get(first) ?? pid, patience).not.toBe(pid);
  expect(appointed()).toHaveLength(2);
});

/** Makes the code of the wallet fail while it is loaded. */
const locked = `import { registerHooks } from 'node:module';
const source = "throw new Error('no wallets today', { cause: new Error('the safe is locked') }); export function buildWallet() {}";
registerHooks({ load: (url, context, next) =>
  url.endsWith('/services/wallet/app.ts') ? { format: 'module', source, shortCircuit: true } : next(url, context) });`;

test('code that cannot be loaded is told once, with its place and cause, not by each process', async () => {
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(locked)}`;
  const settings = { DATABASE_URL: database.url, PROCESSES: '2', HTTP_PORT: '0', GRPC_PORT: '0', NODE_OPTIONS };
  const broken = startProgram(['main.ts', 'all'], settings);
  expect(await broken.ended).toEqual({ code: 1, errors: '' });
  const stack = expect.stringMatching(
    /no wallets today[^]*services\/wallet\/app\.ts:1[^]*caused by: .*the safe is locked/,
  );
  const fatal = broken.log.filter(({ level }) => level === 'fatal');
  expect(fatal).toMatchObject([{ msg: 'could not start', err: { stack } }]);
});
