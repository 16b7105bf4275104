import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { missingObservers, observed } from './observers.ts';
import { provision } from './parts/grafana.ts';
import { jaeger } from './parts/jaeger.ts';
import type { PartContext } from './supervisor/part.ts';
import { allInOne } from './topology.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'observers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const none = { prometheus: undefined, grafana: undefined, jaeger: undefined };
const all = { prometheus: '/bin/prometheus', grafana: '/bin/grafana', jaeger: '/bin/jaeger' };
const added = (found: Parameters<typeof observed>[1]) => {
  const plain = new Set(allInOne('dev').parts.map(({ name }) => name));
  return observed(allInOne('dev'), found).parts.flatMap(({ name }) => (plain.has(name) ? [] : [name]));
};

const ports = new Map([
  ['jaeger ui', 1001],
  ['jaeger otlp', 1002],
  ['prometheus http', 1003],
]);

function contextOf(callerEnv: NodeJS.ProcessEnv): PartContext {
  return {
    profile: 'dev',
    root,
    callerEnv,
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'log'),
    port: (part, name) => ports.get(`${part} ${name}`) ?? 1000,
    stackEnv: () => ({}),
    progress: () => undefined,
    signal: new AbortController().signal,
  };
}

test('what this machine has is started, and the user is told where to get the rest', () => {
  expect(added(all)).toEqual(['prometheus', 'jaeger', 'grafana']);
  expect(missingObservers(all)).toEqual([]);
  expect(added(none)).toEqual([]);
  expect(missingObservers(none)).toHaveLength(3);
  expect(added({ ...none, prometheus: '/bin/prometheus' })).toEqual(['prometheus']);
  expect(added({ ...none, grafana: '/bin/grafana' })).toEqual([]);
});

test('our processes send their spans to Jaeger, unless the user has named a collector', async () => {
  const envFor = async (callerEnv: NodeJS.ProcessEnv) => {
    const found = await jaeger('/bin/jaeger', 1001).find(contextOf(callerEnv));
    return 'way' in found ? found.way.env : undefined;
  };
  expect(await envFor({})).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1002' });
  expect(await envFor({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' })).toEqual({});
});

test('Grafana is given our dashboards, and the source that they name', () => {
  provision(folder, contextOf({}), true);
  const read = (kind: string) => JSON.parse(readFileSync(join(folder, 'provisioning', kind, 'platform.yaml'), 'utf8'));
  const [provider] = read('dashboards').providers;
  expect(existsSync(provider.options.path)).toBe(true);
  const files = globSync(join(provider.options.path, '*.json'));
  expect(files.length).toBeGreaterThan(1);
  const named = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/"type": "prometheus",\s+"uid": "(\w+)"/g)].map(([, uid]) => uid),
  );
  expect(new Set(named)).toEqual(new Set(['prometheus']));
  expect(read('datasources').datasources).toMatchObject([
    { uid: 'prometheus', type: 'prometheus', url: 'http://127.0.0.1:1003', isDefault: true },
    { uid: 'jaeger', type: 'jaeger', url: 'http://127.0.0.1:1001' },
  ]);
});
