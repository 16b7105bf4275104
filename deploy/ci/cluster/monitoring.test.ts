import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const defaults = new Registry();
collectDefaultMetrics({ register: defaults });

/** Every metric that the code makes: Node's own, and any string that names one. */
const source = globSync('{services,activities}/**/*.ts', { cwd: root })
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

/** The names before a selector, a range or nothing that are no functions and no words of PromQL. */
function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b([a-z][a-z0-9_]*_[a-z0-9_]+)\b(?!\s*\()/g)].map(([, name]) => name ?? '');
}

test('every metric on a dashboard is one that the code makes', () => {
  expect(expressions.length).toBeGreaterThan(20);
  for (const { title, expr } of expressions) {
    const names = metricsIn(expr);
    expect(names.length, `${title}: ${expr}`).toBeGreaterThan(0);
    for (const name of names)
      expect(made.has(name.replace(/_(bucket|sum|count)$/, '')), `${title}: ${name}`).toBe(true);
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
