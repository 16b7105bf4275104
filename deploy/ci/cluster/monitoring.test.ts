import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { eventLoopMonitoringPrecision } from '../../../platform/telemetry/registry.ts';
import { podTemplateOf } from './objects.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const defaults = new Registry();
collectDefaultMetrics({ register: defaults });

/** The names of all metrics that the code may create: Node's defaults, and every string that looks like a name. */
const source = globSync('{platform,services,workflows,activities,audit,runtime}/**/*.ts', { cwd: root })
  .filter((file) => !/\.test\.ts$|\/testing/.test(file))
  .map(read)
  .join('\n');
const made = new Set([
  ...defaults.getMetricsAsArray().map(({ name }) => name),
  ...[...source.matchAll(/'([a-z][a-z0-9]*(?:_[a-z0-9]+)+)'/g)].map(([, name]) => name ?? ''),
]);

const dashboard = z.looseObject({
  uid: z.string(),
  panels: z.array(
    z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })).default([]) }),
  ),
});
const dashboards = globSync('deploy/monitoring/grafana/dashboards/*.json', { cwd: root });
const expressions = dashboards.flatMap((file) =>
  dashboard
    .parse(JSON.parse(read(file)))
    .panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr }))),
);

/** The names that recording rules make. */
const recorded = new Set(
  globSync('deploy/monitoring/prometheus/rules/*.yml', { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/^ *- record: (\S+)$/gm)].map(([, name]) => name ?? ''),
  ),
);

/** The names of metrics in a PromQL expression, without functions, keywords and labels. */
function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b([a-z][a-z0-9_]*[_:][a-z0-9_:]+)\b(?!\s*\()/g)].map(([, name]) => name ?? '');
}

/** The native part of Temporal's SDK, which has the names of its metrics. */
const [temporalCore = ''] = globSync('node_modules/@temporalio/core-bridge/releases/*/index.node', { cwd: root });
const ofTemporal = readFileSync(join(root, temporalCore));
const isKnown = (name: string): boolean =>
  name.startsWith('temporal_')
    ? ofTemporal.includes(name.slice('temporal_'.length))
    : made.has(name) || recorded.has(name);

test('the code or Temporal creates every metric that a dashboard shows', () => {
  expect(expressions.length).toBeGreaterThan(100);
  for (const { title, expr } of expressions) {
    const names = metricsIn(expr);
    expect(names.length, `${title}: ${expr}`).toBeGreaterThan(0);
    for (const name of names) expect(isKnown(name.replace(/_(bucket|sum|count)$/, '')), `${title}: ${name}`).toBe(true);
  }
});

test('a panel of the event loop shows its delay without the pause between two samples', () => {
  const ofLoop = expressions.filter(({ expr }) => expr.includes('nodejs_eventloop_lag_'));
  expect(ofLoop.length).toBeGreaterThan(0);
  const pause = eventLoopMonitoringPrecision / 1000;
  for (const { title, expr } of ofLoop) expect(expr, title).toContain(` - ${pause}, 0)`);
});

test('every panel tells what it shows, in which unit', () => {
  const shown = z.looseObject({
    type: z.string(),
    title: z.string(),
    description: z.string().default(''),
    fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string().default('') }) }).optional(),
  });
  const panels = dashboards
    .flatMap((file) => z.looseObject({ panels: z.array(shown) }).parse(JSON.parse(read(file))).panels)
    .filter(({ type }) => type !== 'row');
  const unclear = panels.filter(({ description, fieldConfig }) => description === '' || !fieldConfig?.defaults.unit);
  expect(unclear.map(({ title }) => title)).toEqual([]);
});

test('every page has its own name, leads to the others, and is described', () => {
  const page = z.looseObject({
    uid: z.string(),
    title: z.string(),
    links: z.array(z.looseObject({ tags: z.array(z.string()) })),
  });
  const pages = dashboards.map((file) => page.parse(JSON.parse(read(file))));
  expect(new Set(pages.map(({ uid }) => uid)).size).toBe(pages.length);
  for (const { title, links } of pages) {
    expect(
      links.flatMap(({ tags }) => tags),
      title,
    ).toEqual(['ecommerce']);
    expect(read('docs/deploy.md')).toContain(`**${title}**`);
  }
});

test('the metrics of the contract are on a dashboard', () => {
  const shown = new Set(expressions.flatMap(({ expr }) => metricsIn(expr)).map((name) => name.replace(/_bucket$/, '')));
  for (const name of [
    ...['http_requests_total', 'http_request_duration_seconds', 'grpc_server_handled_total'],
    ...['grpc_server_handling_seconds', 'db_connections_open', 'db_query_duration_seconds', 'orders_created_total'],
    'cart_items_added_total',
  ])
    expect([...shown]).toContain(name);
});

const provider = z.looseObject({ providers: z.array(z.looseObject({ options: z.object({ path: z.string() }) })) });
const dashboardsAt = provider
  .parse(parse(read('deploy/monitoring/grafana/provisioning/dashboards/files.yaml')))
  .providers.map(({ options }) => options.path);
const rulesOf = (file: string) =>
  z.looseObject({ rule_files: z.array(z.string()) }).parse(parse(read(file))).rule_files;

test('in Compose, Grafana and Prometheus find the files that are mounted', () => {
  const { services } = z
    .looseObject({ services: z.record(z.string(), z.looseObject({ volumes: z.array(z.string()).default([]) })) })
    .parse(parse(read('docker-compose.yml'), { merge: true }));
  const given = (name: string) => services[name]?.volumes ?? [];
  expect(dashboardsAt).toEqual(['/etc/grafana/dashboards']);
  expect(given('grafana')).toContain('./deploy/monitoring/grafana/dashboards:/etc/grafana/dashboards:ro');
  expect(given('grafana')).toContain('./deploy/monitoring/grafana/provisioning:/etc/grafana/provisioning:ro');
  expect(given('prometheus')).toContain('./deploy/monitoring/prometheus:/etc/prometheus:ro');
  expect(rulesOf('deploy/monitoring/prometheus/prometheus.yml')).toEqual(['/etc/prometheus/rules/*.yml']);
});

test.skipIf(cannotRender)('in Kubernetes, Grafana and Prometheus find the files that are mounted', () => {
  const objects = renderedObjects('monitoring');
  const pods = z.looseObject({
    containers: z.array(
      z.looseObject({ volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })) }),
    ),
    volumes: z.array(z.looseObject({ name: z.string(), configMap: z.looseObject({ name: z.string() }).optional() })),
  });
  const filesAt = (workload: string, folder: string) => {
    const owner = objects.find((object) => object.metadata.name === workload && podTemplateOf(object) !== undefined);
    const pod = pods.parse(owner && podTemplateOf(owner)?.spec);
    const mount = pod.containers[0]?.volumeMounts.find(({ mountPath }) => mountPath === folder);
    const map = pod.volumes.find(({ name }) => name === mount?.name)?.configMap?.name;
    return Object.keys(objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === map)?.data ?? {});
  };
  expect(filesAt('grafana', '/etc/grafana/dashboards')).toEqual(dashboards.map((file) => basename(file)));
  expect(filesAt('grafana', '/etc/grafana/provisioning/dashboards')).toContain('files.yaml');
  expect(filesAt('grafana', '/etc/grafana/provisioning/datasources')).toContain('prometheus.yaml');
  const rules = globSync('deploy/monitoring/prometheus/rules/*.yml', { cwd: root }).map(
    (file) => `rules-${basename(file)}`,
  );
  expect(rulesOf('deploy/monitoring/prometheus/kubernetes.yml')).toEqual(['/etc/prometheus/rules-*.yml']);
  expect(filesAt('prometheus', '/etc/prometheus')).toEqual(expect.arrayContaining(['prometheus.yml', ...rules]));
});
