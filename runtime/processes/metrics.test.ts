import { Counter, Gauge } from 'prom-client';
import { expect, test } from 'vitest';
import { createRegistry } from '../../platform/telemetry/registry.ts';
import { joinMetrics } from './metrics.ts';

async function textOf(number: number, sold: number, path: string): Promise<string> {
  const registry = createRegistry({ service: 'all', number });
  const total = new Counter({ name: 'sold_total', help: 'Sold', labelNames: ['path'], registers: [registry] });
  total.inc({ path }, sold);
  if (number === 2) new Gauge({ name: 'waiting', help: 'Waiting', registers: [registry] }).set(7);
  return registry.metrics();
}

test('each metric is declared once and has the samples of all processes, which the label tells apart', async () => {
  const joined = joinMetrics([await textOf(1, 3, '/a'), await textOf(2, 4, '/a')]);
  const lines = joined.split('\n');
  expect(lines.filter((line) => line.includes('sold_total'))).toEqual([
    '# HELP sold_total Sold',
    '# TYPE sold_total counter',
    'sold_total{path="/a",service="all",process="1"} 3',
    'sold_total{path="/a",service="all",process="2"} 4',
  ]);
  expect(lines.filter((line) => line.startsWith('process_resident_memory_bytes{'))).toHaveLength(2);
  expect(lines).toContain('waiting{service="all",process="2"} 7');
  const declared = lines.filter((line) => line.startsWith('# TYPE'));
  expect(new Set(declared).size).toBe(declared.length);
});

test('a value with line breaks in a label stays one sample', async () => {
  const joined = joinMetrics([await textOf(1, 1, 'a\n\nb'), await textOf(2, 1, 'a\n\nb')]);
  expect(joined.split('\n').filter((line) => line.startsWith('sold_total{'))).toHaveLength(2);
});

test('the text of one process stays as it is', async () => {
  const text = await textOf(2, 5, '/a');
  expect(joinMetrics([text])).toBe(text);
});
