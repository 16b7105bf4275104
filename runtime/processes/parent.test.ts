import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { ChildNotStarted } from './children.ts';
import type { Urls } from './messages.ts';
import { createParent, type Parent } from './parent.ts';
import { isAlive } from '../../platform/testing/is-alive.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000, interval: 20 };
const parents: Parent[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const parent of parents.splice(0)) parent.kill();
});

interface Told {
  readonly number: number;
  readonly pid: number;
  readonly isKeeper: boolean;
  readonly hasWorked: boolean;
}

function create(count: number, behaviour = 'serves', askEveryMs?: number) {
  const log: Record<string, unknown>[] = [];
  const parent = createParent({
    command: (number) => [join(import.meta.dirname, 'testing/child.ts'), `${number}/${count}`, behaviour],
    count,
    logger: pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    pauseMs: { first: 10, longest: 40 },
    ...(askEveryMs === undefined ? {} : { askEveryMs }),
  });
  parents.push(parent);
  return { parent, log };
}

/** One answer over a new connection, which ends with it. */
async function answerOf(url: string): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get(url, { agent: false, timeout: 10_000 }, (response) => void text(response).then(resolve, reject))
    .once('timeout', () => reject(new Error('no answer came')))
    .once('error', reject);
  return JSON.parse(await promise) as Told;
}

/** What the processes tell that answer now, by their number. */
async function processesAt({ http }: Urls): Promise<ReadonlyMap<number, Told>> {
  const told = new Map<number, Told>();
  for (let count = 0; count < 8; count++) {
    const answer = await answerOf(http);
    told.set(answer.number, answer);
  }
  return told;
}

/** Waits until each of the processes answers again. One that has this pid does not count. */
async function untilAllAnswer(urls: Urls, count: number, ended?: number): Promise<ReadonlyMap<number, Told>> {
  let told: ReadonlyMap<number, Told> = new Map();
  const all = async () => {
    told = await processesAt(urls);
    return [...told.values()].filter(({ pid }) => pid !== ended).length;
  };
  await expect.poll(all, patience).toBe(count);
  return told;
}

const keepers = (told: ReadonlyMap<number, Told>) => [...told.values()].filter(({ isKeeper }) => isKeeper);

test('all processes serve both ports, and one of them is the keeper', async () => {
  const { parent } = create(3);
  const urls = await parent.start();
  const told = await processesAt(urls);
  expect(new Set(told.keys())).toEqual(new Set([1, 2, 3]));
  expect(new Set([...told.values()].map(({ pid }) => pid)).size).toBe(3);
  expect(keepers(told)).toHaveLength(1);
  const session = connectHttp2(urls.grpc ?? '');
  const stream = session.request({ ':path': '/' });
  expect(JSON.parse(await text(stream))).toMatchObject({ number: expect.any(Number) });
  session.close();
  await parent.stop();
});

test('a process that is killed is replaced under its number, and another one is the keeper', async () => {
  const { parent, log } = create(2);
  const urls = await parent.start();
  const before = await processesAt(urls);
  const [keeper] = keepers(before);
  if (keeper === undefined) throw new Error('there is no keeper');
  process.kill(keeper.pid, 'SIGKILL');
  const after = await untilAllAnswer(urls, 2, keeper.pid);
  expect(keepers(after).map(({ number }) => number)).toEqual([3 - keeper.number]);
  expect(log).toContainEqual(expect.objectContaining({ process: keeper.number, ended: 'SIGKILL', restartInMs: 10 }));
});

test('once the checks of a start have passed in one process, no other one waits for them, nor one that replaces it', async () => {
  const { parent } = create(2);
  const urls = await parent.start();
  const worked = async () => [...(await processesAt(urls)).values()].map(({ hasWorked }) => hasWorked);
  expect(await worked()).toEqual([false, false]);
  const { pid } = await answerOf(`${urls.http}/worked`);
  await expect.poll(worked, patience).toEqual([true, true]);
  process.kill(pid, 'SIGKILL');
  const after = await untilAllAnswer(urls, 2, pid);
  expect([...after.values()].map(({ hasWorked }) => hasWorked)).toEqual([true, true]);
});

test('a process that hangs is killed and replaced, and another one is the keeper', async () => {
  const { parent, log } = create(2, 'serves', 500);
  const urls = await parent.start();
  const [keeper] = keepers(await processesAt(urls));
  if (keeper === undefined) throw new Error('there is no keeper');
  process.kill(keeper.pid, 'SIGSTOP');
  const after = await untilAllAnswer(urls, 2, keeper.pid);
  expect(keepers(after).map(({ number }) => number)).toEqual([3 - keeper.number]);
  expect(isAlive(keeper.pid)).toBe(false);
  expect(log).toContainEqual(expect.objectContaining({ process: keeper.number, ended: 'SIGKILL' }));
});

test('a process that hangs before it is ready is killed, too, and another one takes its place', async () => {
  const started = join(await mkdtemp(join(tmpdir(), 'started-')), 'starts');
  vi.stubEnv('STARTED', started);
  const { parent, log } = create(2, 'stuck', 500);
  const urls = await parent.start();
  const pid = (await processesAt(urls)).get(2)?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await untilAllAnswer(urls, 2, pid);
  expect(readFileSync(started, 'utf8')).toBe('...');
  expect(log).toContainEqual(expect.objectContaining({ process: 2, msg: expect.stringContaining('hangs') }));
});

test('a kill fails only the requests that the process has: nobody is refused, and nobody waits for ever', async () => {
  const { parent } = create(2);
  const urls = await parent.start();
  const users = 16;
  const over = new AbortController();
  const outcomes: (Told | Error)[] = [];
  const load = Array.from({ length: users }, async () => {
    while (!over.signal.aborted) {
      outcomes.push(await answerOf(`${urls.http}/?ms=5`).catch((error: unknown) => error as Error));
    }
  });
  const kills = 4;
  for (let kill = 0; kill < kills; kill++) {
    const told = await processesAt(urls);
    const { pid } = told.get((kill % 2) + 1) ?? {};
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await untilAllAnswer(urls, 2, pid);
  }
  over.abort();
  await Promise.all(load);
  const failures = outcomes.filter((outcome) => outcome instanceof Error) as NodeJS.ErrnoException[];
  expect(failures.map(({ code, message }) => code ?? message).filter((code) => code !== 'ECONNRESET')).toEqual([]);
  // At most the requests of all users at once are in the hands of the process that is killed.
  expect(failures.length).toBeLessThanOrEqual(kills * users);
  expect(outcomes.length).toBeGreaterThan(100);
});

test('while no process is left, requests wait until one is back', async () => {
  const { parent } = create(2);
  const urls = await parent.start();
  for (const { pid } of (await processesAt(urls)).values()) process.kill(pid, 'SIGKILL');
  const answers = await Promise.all(Array.from({ length: 10 }, () => answerOf(urls.http)));
  expect(answers).toHaveLength(10);
});

test('a process that ends again and again is started after growing pauses', async () => {
  const { parent, log } = create(2);
  const urls = await parent.start();
  for (let count = 0; count < 4; count++) {
    const { pid } = (await processesAt(urls)).get(2) ?? {};
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await untilAllAnswer(urls, 2, pid);
  }
  const pauses = log.flatMap(({ restartInMs }) => (restartInMs === undefined ? [] : [restartInMs]));
  expect(pauses).toEqual([10, 20, 40, 40]);
});

test('a process that stops by itself hands the upkeep over before it ends', async () => {
  const { parent } = create(2);
  const urls = await parent.start();
  const [keeper] = keepers(await processesAt(urls));
  if (keeper === undefined) throw new Error('there is no keeper');
  const slow = Array.from({ length: 4 }, () => answerOf(`${urls.http}/?ms=400`));
  await processesAt(urls);
  process.kill(keeper.pid, 'SIGTERM');
  await expect
    .poll(async () => keepers(await processesAt(urls)).map(({ number }) => number), patience)
    .toEqual([3 - keeper.number]);
  const answers = await Promise.all(slow);
  expect(answers.map(({ pid }) => pid)).toContain(keeper.pid);
});

test('any process answers with the metrics of all', async () => {
  const { parent } = create(3);
  const { http } = await parent.start();
  const answer = await (await fetch(`${http}/metrics`)).text();
  for (const number of [1, 2, 3]) {
    expect(answer).toContain(`process_resident_memory_bytes{service="test",process="${number}"}`);
  }
});

test('a stop ends all processes, and requests on the way are answered', async () => {
  const { parent } = create(2);
  const urls = await parent.start();
  const told = await processesAt(urls);
  const answers = Array.from({ length: 8 }, () => answerOf(`${urls.http}/?ms=200`));
  await untilAllAnswer(urls, 2);
  await parent.stop();
  expect(await Promise.all(answers)).toHaveLength(8);
  expect([...told.values()].filter(({ pid }) => isAlive(pid))).toEqual([]);
  await expect(answerOf(urls.http)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a stop in which a process does not stop in order is an error that names it', async () => {
  const { parent } = create(2, 'unclean');
  await parent.start();
  await expect(parent.stop()).rejects.toThrow(/process 1: exit code 1/);
});

test('a process that ignores the stop is ended by kill', async () => {
  const { parent } = create(2, 'stubborn');
  const told = await processesAt(await parent.start());
  const stopped = parent.stop();
  parent.kill();
  await expect(stopped).rejects.toThrow('SIGKILL');
  expect([...told.values()].filter(({ pid }) => isAlive(pid))).toEqual([]);
});

test('if a process can not start at first, the start fails with its reason', async () => {
  const { parent } = create(2, 'fails');
  const error = await parent.start().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ChildNotStarted);
  expect(error).toMatchObject({ fields: { message: 'the database is away' } });
});

test.each(['SIGKILL', 'SIGHUP'] as const)('no process outlives a parent that ends by %s', async (signal) => {
  const program = spawn(process.execPath, [join(import.meta.dirname, 'testing/parent.ts'), '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(program.stdout, 'data')) as [Buffer];
  const told = await processesAt({ http: line.toString().trim() });
  const slow = answerOf(`${line.toString().trim()}/?ms=300`);
  await expect.poll(async () => (await processesAt({ http: line.toString().trim() })).size, patience).toBe(2);
  program.kill(signal);
  // They stop in order: what they have begun is answered.
  expect(await slow).toMatchObject({ pid: expect.any(Number) });
  await expect.poll(() => [...told.values()].filter(({ pid }) => isAlive(pid)).length, patience).toBe(0);
});
