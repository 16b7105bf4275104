import { execFileSync } from 'node:child_process';
import { accessSync, constants, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const files = globSync('deploy/monitoring/prometheus/rules/*.yml', { cwd: root });

const rule = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z.string().regex(/^\d+[smh]$/),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string().min(10), runbook_url: z.string() }),
});
const schema = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })) });

const rules = files.flatMap((file) => schema.parse(parse(read(file))).groups.flatMap((group) => group.rules));

const language = new Set(
  (
    'sum min max avg count by and or on unless without absent increase rate time scalar min_over_time bool ' +
    'group_left group_right ignoring offset'
  ).split(' '),
);

/** The names of metrics in an expression: every word that is neither a keyword of PromQL nor a label. */
function metricsOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(by|on|without|ignoring) *\([^)]*\)/g, '')
    .replaceAll(/\[[^\]]*\]/g, '');
  return [...bare.matchAll(/[a-z_]\w*/g)].map(([word]) => word).filter((word) => !language.has(word));
}

const sources = globSync('{platform,services,workflows,activities,audit,runtime}/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map(read)
  .filter((text) => /prom-client|sampledGauges/.test(text))
  .join('\n');

test.each(rules)('$alert uses only metrics that the code creates', ({ expr }) => {
  const metrics = metricsOf(expr).filter((name) => name !== 'up');
  for (const name of metrics) expect(sources, name).toContain(`'${name}'`);
  expect(metricsOf(expr)).not.toEqual([]);
});

test('the audit has every check that a rule names', () => {
  const checks = globSync('audit/*.ts', { cwd: root }).map(read).join('\n');
  const named = rules.flatMap(({ expr }) => [...expr.matchAll(/check!?="(\w+)"/g)].map(([, id]) => id ?? ''));
  expect(named).not.toEqual([]);
  for (const id of named) expect(checks).toContain(`'${id}'`);
});

test('every alert has a unique name and a section in the runbook', () => {
  const page = read('docs/reliability.md');
  const headings = [...page.matchAll(/^#+ +(\S+)$/gm)].map(([, heading]) => heading);
  for (const { alert, annotations } of rules) {
    expect(headings, alert).toContain(alert);
    expect(annotations.runbook_url).toBe(`docs/reliability.md#${alert.toLowerCase()}`);
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
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
