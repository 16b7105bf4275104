import { Registry } from 'prom-client';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Service } from '../../service.ts';
import { createReadiness, neededToStart } from './readiness.ts';

const down = (): Promise<void> => Promise.reject(new Error('down'));
const up = (): Promise<void> => Promise.resolve();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  return () => vi.useRealTimers();
});

function open(service: Service, registry = new Registry()) {
  const told: string[] = [];
  const onChange = (check: string, outcome: string) => void told.push(`${check} ${outcome}`);
  const readiness = createReadiness({ services: [service], registry, onChange });
  readiness.setOpen(true);
  // A report is kept for half a second.
  const report = () => {
    vi.advanceTimersByTime(1000);
    return readiness.report();
  };
  return { report, told, registry };
}

test('a failed optional check makes the process degraded, not unready, and is reported once, by log and metric', async () => {
  const { report, told, registry } = open({ role: 'relay', checks: { postgres: up }, optionalChecks: { kafka: down } });
  expect(await report()).toEqual({ ready: true, checks: { 'relay.postgres': 'ok', 'relay.kafka': 'degraded' } });
  await report();
  expect(told).toEqual(['relay.kafka degraded']);
  expect(await registry.metrics()).toContain('dependency_up{check="relay.kafka"} 0');
});

test('a report is not kept longer because the clock of the machine is set back', async () => {
  let postgres = up;
  const { report } = open({ role: 'order', checks: { postgres: () => postgres() } });
  expect(await report()).toMatchObject({ ready: true });
  postgres = down;
  vi.setSystemTime(Date.now() - 60_000);
  expect(await report()).toMatchObject({ ready: false });
});

test('services that share a check ask once, and each tells its outcome', async () => {
  let asked = 0;
  const redis = async () => {
    asked += 1;
    throw new Error('down');
  };
  const registry = new Registry();
  const services = ['sso', 'cart'].map((role) => ({ role, checks: {}, optionalChecks: { redis } }));
  const readiness = createReadiness({ services, registry, onChange: () => undefined });
  expect((await readiness.report()).checks).toEqual({ 'sso.redis': 'degraded', 'cart.redis': 'degraded' });
  expect(asked).toBe(1);
});

test('an optional check that hangs does not keep the report as long as another process waits for it', async () => {
  vi.useFakeTimers();
  const never = () => new Promise<void>(() => undefined);
  const { report } = open({ role: 'order', checks: { postgres: up }, optionalChecks: { temporal: never } });
  const told = report();
  await vi.advanceTimersByTimeAsync(1999);
  expect(await Promise.race([told, Promise.resolve('too late')])).toMatchObject({
    checks: { 'order.temporal': 'degraded' },
  });
});

test('a failed required check makes the process unready until it passes again', async () => {
  let postgres = down;
  const { report, told } = open({ role: 'wallet', checks: { postgres: () => postgres() } });
  expect((await report()).ready).toBe(false);
  postgres = up;
  expect((await report()).ready).toBe(true);
  expect(told).toEqual(['wallet.postgres failed', 'wallet.postgres ok']);
});

test('processes that share a port wait for such a check only until it has passed in one of them', async () => {
  let hasPassed = false;
  const together = { havePassed: () => hasPassed, passed: () => void (hasPassed = true) };
  const process = (temporal: () => Promise<void>) =>
    open(neededToStart({ role: 'worker', checks: { temporal } }, together)).report();
  expect((await process(down)).ready).toBe(false);
  expect((await process(up)).ready).toBe(true);
  expect(await process(down)).toMatchObject({ ready: true, checks: { 'worker.temporal': 'degraded' } });
});

test('a check that is needed only to start must pass once', async () => {
  let temporal = down;
  const { report } = open(neededToStart({ role: 'worker', checks: { temporal: () => temporal() } }));
  expect(await report()).toMatchObject({ ready: false, checks: { 'worker.temporal.start': 'failed' } });
  temporal = up;
  expect((await report()).ready).toBe(true);
  temporal = down;
  expect(await report()).toMatchObject({ ready: true, checks: { 'worker.temporal': 'degraded' } });
});
