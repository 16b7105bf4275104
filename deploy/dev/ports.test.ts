import { afterEach, expect, test } from 'vitest';
import { choosePorts, isFree, type Ports } from './ports.ts';
import type { PortWish } from './supervisor/part.ts';
import { fixtureTopology } from './testing/fixture.ts';
import { takePort } from './testing/taken-port.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function choose(wishes: readonly PortWish[], env: NodeJS.ProcessEnv = {}): Promise<Ports> {
  const parts = fixtureTopology('x', '', [{ name: 'only' }]).parts.map((part) =>
    Object.assign(part, { ports: wishes }),
  );
  const ports = await choosePorts(parts, env);
  closers.push(() => ports.release());
  return ports;
}

async function listen(): Promise<number> {
  const { port, free } = await takePort();
  closers.push(free);
  return port;
}

test('stacks that start at once never get the same port', async () => {
  const wishes = Array.from({ length: 20 }, (_, at) => ({ name: `port${at}` }));
  const chosen = await Promise.all(Array.from({ length: 5 }, () => choose(wishes)));
  const ports = chosen.flatMap(({ byPart }) => Object.values(byPart.get('only') ?? {}));
  expect(ports).toHaveLength(100);
  expect(new Set(ports).size).toBe(100);
});

test('a busy port that is only preferred is replaced by a free one', async () => {
  const taken = await listen();
  const { byPart, problems } = await choose([{ name: 'sql', fixed: taken }]);
  expect(problems).toEqual([]);
  expect(byPart.get('only')?.['sql']).not.toBe(taken);
  expect(await isFree(taken)).toBe(false);
});

test('a port that two stacks prefer goes to one of them, before anything listens on it', async () => {
  const { port, free } = await takePort();
  free();
  await expect.poll(() => isFree(port)).toBe(true);
  const [one, other] = await Promise.all([0, 1].map(() => choose([{ name: 'sql', fixed: port }])));
  const ports = [one, other].map((chosen) => chosen?.byPart.get('only')?.['sql']);
  expect(ports.filter((chosen) => chosen === port)).toHaveLength(1);
  expect(new Set(ports).size).toBe(2);
  const { problems } = await choose([{ name: 'http', variable: 'PORT', strict: true }], { PORT: String(port) });
  expect(problems).toEqual([
    expect.objectContaining({
      what: expect.stringMatching(`port ${port} is used by another stack, whose launcher is pid ${process.pid} `),
      fix: expect.stringContaining(`kill ${process.pid}`),
    }),
  ]);
});

test('a reserved port is free again when its stack releases it', async () => {
  const { port, free } = await takePort();
  free();
  await expect.poll(() => isFree(port)).toBe(true);
  const wish = { name: 'sql', fixed: port };
  const one = await choose([wish]);
  one.release();
  expect((await choose([wish])).byPart.get('only')?.['sql']).toBe(port);
});

test('a busy or invalid port that the user chose is reported', async () => {
  const taken = await listen();
  const wish = { name: 'http', variable: 'PORT', fixed: 1, strict: true };
  const { problems } = await choose([wish], { PORT: String(taken) });
  expect(problems).toEqual([
    expect.objectContaining({ what: expect.stringContaining(`port ${taken} is used by pid ${process.pid}`) }),
  ]);
  const wrong = await choose([wish], { PORT: 'http' });
  expect(wrong.problems).toEqual([expect.objectContaining({ what: 'PORT is not a port: http' })]);
});
