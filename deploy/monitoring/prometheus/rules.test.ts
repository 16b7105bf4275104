import { execFileSync } from 'node:child_process';
import { accessSync, constants, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const files = globSync('deploy/monitoring/prometheus/rules/*.yml', { cwd: root });

const alert = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z.string().regex(/^\d+[smh]$/),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string().min(10), runbook_url: z.string() }),
});
const recording = z.strictObject({
  record: z.string().regex(/^[a-z]+:[a-z_]+:[a-z0-9_]+$/),
  expr: z.string(),
  labels: z.strictObject({ slo: z.string() }).optional(),
});
const rule = z.union([alert, recording]);
const schema = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })) });

const all = files.flatMap((file) => schema.parse(parse(read(file))).groups.flatMap((group) => group.rules));
const rules = all.filter((each) => 'alert' in each);
const recorded = all.filter((each) => 'record' in each);
const recordedNames = new Set(recorded.map(({ record }) => record));
const runbook = 'https://github.com/your-organisation/ecommerce/blob/main/docs/reliability.md';

const language = new Set(
  (
    'sum min max avg count by and or on unless without absent increase rate time scalar bool ' +
    'min_over_time max_over_time last_over_time ' +
    'group_left group_right ignoring offset vector'
  ).split(' '),
);

/** The names of metrics in an expression: every word that is neither a keyword of PromQL nor a label. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(by|on|without|ignoring) *\([^)]*\)/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\boffset \w+/g, '');
  return [...bare.matchAll(/[a-z_][\w:]*/g)].map(([word]) => word).filter((word) => !language.has(word));
}

function unknownIn(expr: string): string[] {
  return metricsOf(expr)
    .filter((name) => name !== 'up' && !recordedNames.has(name))
    .filter((name) => !sources.includes(`'${name.replace(/_(bucket|sum|count)$/, '')}'`));
}

const sources = globSync('{platform,services,workflows,activities,audit,runtime}/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map(read)
  .filter((text) => /prom-client|sampledGauges/.test(text))
  .join('\n');

test.each(rules)('$alert uses only metrics that the code or a rule creates', ({ expr }) => {
  expect(unknownIn(expr)).toEqual([]);
  expect(metricsOf(expr)).not.toEqual([]);
});

test.each(recorded)('$record uses only metrics that the code or a rule creates', ({ expr }) => {
  expect(unknownIn(expr)).toEqual([]);
});

test('the audit has every check that a rule names', () => {
  const checks = globSync('audit/*.ts', { cwd: root }).map(read).join('\n');
  const named = rules.flatMap(({ expr }) => [...expr.matchAll(/check!?="(\w+)"/g)].map(([, id]) => id ?? ''));
  expect(named).not.toEqual([]);
  for (const id of named) expect(checks).toContain(`'${id}'`);
});

const parts = ['Meaning', 'Impact', 'Look', 'Do', 'When it is over'];
const sections = new Map(
  read('docs/reliability.md')
    .split(/^## Runbook$/m)[1]
    ?.split(/^### /m)
    .map((section) => [section.split('\n')[0] ?? '', section]),
);

test('every alert has a unique name and a section in the runbook, to which its URL leads', () => {
  for (const { alert: name, annotations } of rules) {
    expect([...sections.keys()], name).toContain(name);
    expect(annotations.runbook_url).toBe(`${runbook}#${name.toLowerCase()}`);
  }
  expect(new Set(rules.map(({ alert: name }) => name)).size).toBe(rules.length);
});

test.each(rules)(
  'the section of $alert has all parts, in order, and commands to look and to act',
  ({ alert: name }) => {
    const section = sections.get(name) ?? '';
    expect([...section.matchAll(/^\*\*([^*]+)\.\*\*/gm)].map(([, heading]) => heading)).toEqual(parts);
    const [, look = '', act = ''] = /\*\*Look\.\*\*(.*)\*\*Do\.\*\*(.*)\*\*When/s.exec(section) ?? [];
    for (const part of [look, act]) expect(part).toMatch(/^```bash\n(?:npm run|kubectl) /m);
  },
);

const unitTests = z.looseObject({
  tests: z.array(
    z.looseObject({
      alert_rule_test: z
        .array(z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()).default([]) }))
        .default([]),
      promql_expr_test: z.array(z.looseObject({ expr: z.string() })).default([]),
    }),
  ),
});

test('every alert has a unit test in which it fires, and every recording rule one of its value', () => {
  const tests = globSync('deploy/monitoring/prometheus/rules-tests/*.yml', { cwd: root }).flatMap(
    (file) => unitTests.parse(parse(read(file))).tests,
  );
  const fired = tests.flatMap((each) => each.alert_rule_test.filter(({ exp_alerts: expected }) => expected.length > 0));
  const firing = new Set(fired.map(({ alertname }) => alertname));
  expect(rules.map(({ alert: name }) => name).filter((name) => !firing.has(name))).toEqual([]);
  const measured = new Set(
    tests.flatMap((each) =>
      each.promql_expr_test.flatMap(({ expr }) => metricsOf(expr).filter((name) => recordedNames.has(name))),
    ),
  );
  expect([...recordedNames].filter((name) => !measured.has(name))).toEqual([]);
});

test('the example for Alertmanager sends every severity to a receiver, and names only alerts that exist', () => {
  const route = z.looseObject({ matchers: z.array(z.string()), receiver: z.string() });
  const matchers = z.array(z.string());
  const {
    route: top,
    receivers,
    inhibit_rules: inhibitions,
  } = z
    .looseObject({
      route: z.looseObject({ receiver: z.string(), routes: z.array(route) }),
      receivers: z.array(z.looseObject({ name: z.string() })),
      inhibit_rules: z.array(z.looseObject({ source_matchers: matchers, target_matchers: matchers })),
    })
    .parse(parse(read('deploy/monitoring/alertmanager/alertmanager.yml')));
  const known = receivers.map(({ name }) => name);
  for (const { receiver } of [top, ...top.routes]) expect(known).toContain(receiver);
  for (const severity of new Set(rules.map(({ labels }) => labels.severity))) {
    expect(top.routes.flatMap((each) => each.matchers)).toContain(`severity="${severity}"`);
  }
  const named = inhibitions
    .flatMap((each) => [...each.source_matchers, ...each.target_matchers])
    .flatMap((matcher) => (/^alertname=~?"(?<names>.*)"$/.exec(matcher)?.groups?.['names'] ?? matcher).split('|'));
  const names = new Set(rules.map(({ alert: name }) => name));
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const promtool = onPath('promtool');

test.skipIf(promtool === undefined)('promtool accepts the rules, and its tests of them pass', () => {
  const run = (...args: readonly string[]) => execFileSync(promtool ?? '', args, { cwd: root, encoding: 'utf8' });
  expect(run('check', 'rules', ...files)).not.toContain('FAILED');
  const tests = globSync('deploy/monitoring/prometheus/rules-tests/*.yml', { cwd: root });
  expect(run('test', 'rules', ...tests)).toContain('SUCCESS');
});

test.skipIf(promtool === undefined)('promtool parses every expression of the dashboards', () => {
  const dashboard = z.looseObject({
    panels: z.array(z.looseObject({ targets: z.array(z.looseObject({ expr: z.string() })).default([]) })),
  });
  const expressions = globSync('deploy/monitoring/grafana/dashboards/*.json', { cwd: root }).flatMap((file) =>
    dashboard.parse(JSON.parse(read(file))).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  );
  expect(expressions.length).toBeGreaterThan(100);
  // Grafana replaces its variables before Prometheus gets an expression.
  const asRules = expressions.map((expr, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$service', '.*'),
  }));
  const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
  try {
    const file = join(folder, 'rules.json');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboards', rules: asRules }] }));
    const answer = execFileSync(promtool ?? '', ['check', 'rules', file], { encoding: 'utf8' });
    expect(answer).toContain(`${expressions.length} rules found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
