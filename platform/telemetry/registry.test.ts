import { Counter } from 'prom-client';
import { expect, test } from 'vitest';
import { ProcessRegistry } from './registry.ts';

function withSold(): ProcessRegistry {
  const registry = new ProcessRegistry({ service: 'all' });
  new Counter({ name: 'sold_total', help: 'Sold', registers: [registry] }).inc(2);
  return registry;
}

const ours = '# HELP sold_total Sold\n# TYPE sold_total counter\nsold_total{service="all"} 2\n';

test("metrics that a library keeps follow the registry's own, each after an empty line", async () => {
  const registry = withSold();
  registry.append(async () => '# HELP a A\n# TYPE a gauge\na 1\n# HELP b B\n# TYPE b gauge\nb 2\n');
  expect(await registry.metrics()).toBe(
    `${ours}\n# HELP a A\n# TYPE a gauge\na 1\n\n# HELP b B\n# TYPE b gauge\nb 2\n`,
  );
});

test('a source that fails or is empty leaves the others as they are', async () => {
  const registry = withSold();
  registry.append(async () => '');
  registry.append(() => Promise.reject(new Error('no answer')));
  expect(await registry.metrics()).toBe(ours);
});
