import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { roles } from '../../runtime/registry.ts';
import { stackParts } from '../../testkit/stack/stack.ts';

const ours = new Set<string>(['app', ...roles]);

/** Metrics of Temporal's SDK that a worker has from its start. */
const atStart = new Set([
  'temporal_worker_task_slots_available',
  'temporal_worker_task_slots_used',
  'temporal_num_pollers',
]);

/** The names of all metrics that the stack's processes expose, also of those without samples. */
async function exposed(): Promise<Set<string>> {
  const ports = stackParts().flatMap(({ name, ports: { http } }) =>
    ours.has(name) && http !== undefined ? [http] : [],
  );
  expect(ports.length).toBeGreaterThan(1);
  const texts = await Promise.all(
    ports.map(async (port) =>
      (await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(20_000) })).text(),
    ),
  );
  return new Set(texts.flatMap((text) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name ?? '')));
}

/** All PromQL expressions of the dashboards and the alert rules. */
function expressions(): string[] {
  const target = z.looseObject({ targets: z.array(z.looseObject({ expr: z.string() })).default([]) });
  const dashboard = z.looseObject({ panels: z.array(target) });
  const rules = z.looseObject({
    groups: z.array(z.looseObject({ rules: z.array(z.looseObject({ expr: z.string() })) })),
  });
  const shown = globSync('deploy/monitoring/grafana/dashboards/*.json').flatMap((file) =>
    dashboard.parse(JSON.parse(readFileSync(file, 'utf8'))).panels.flatMap(({ targets }) => targets),
  );
  const watched = globSync('deploy/monitoring/prometheus/rules/*.yml').flatMap((file) =>
    rules.parse(parse(readFileSync(file, 'utf8'))).groups.flatMap((group) => group.rules),
  );
  return [...shown, ...watched].map(({ expr }) => expr);
}

/** The names of metrics in an expression: names with an underscore that are not functions, labels or keywords. */
function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    // Names with a colon are made by recording rules.
    .replaceAll(/\b\w+(?::\w+)+/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b([a-z]\w*_\w+)\b(?!\s*\()/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => !/^group_(left|right)$/.test(name));
}

// No gateway routes /metrics, and only the launcher knows each process's port.
test.skipIf(stackParts().length === 0)(
  'the running processes expose every metric that dashboards and alerts use',
  async () => {
    const names = await exposed();
    const all = expressions();
    expect(all.length).toBeGreaterThan(100);
    const asked = new Set(all.flatMap(metricsIn).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    // Temporal's SDK has a metric from its first value on. monitoring.test.ts asks for these after some purchases.
    const fromStart = [...asked].filter((name) => !name.startsWith('temporal_') || atStart.has(name));
    expect(fromStart.filter((name) => !names.has(name))).toEqual([]);
  },
);
