/** What the pods request together, compared with docs/deploy.md and with the smallest cluster. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { roles } from '../../../runtime/registry.ts';
import { podTemplateOf, type ClusterObject, type Container } from './objects.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/deploy.md'), 'utf8');
const units: Readonly<Record<string, number>> = { '': 1, m: 0.001, Mi: 2 ** 20, Gi: 2 ** 30 };
const scaler = z.looseObject({
  scaleTargetRef: z.looseObject({ name: z.string() }),
  minReplicas: z.number(),
  maxReplicas: z.number(),
});
type Bound = 'minReplicas' | 'maxReplicas';
type Resource = 'cpu' | 'memory';

function requestOf({ resources }: Container, resource: Resource): number {
  const [, value, unit = ''] = /^([\d.]+)(\w*)$/.exec(String(resources.requests[resource])) ?? [];
  return Number(value) * (units[unit] ?? NaN);
}

/** What the scheduler reserves for one pod. Init containers run one after the other, before the others. */
function podRequest(object: ClusterObject, resource: Resource): number {
  const spec = podTemplateOf(object)?.spec;
  const together = (spec?.containers ?? []).reduce((sum, container) => sum + requestOf(container, resource), 0);
  return Math.max(together, ...(spec?.initContainers ?? []).map((container) => requestOf(container, resource)));
}

/** The sum over all pods that stay, that is without jobs. */
function sumOf(objects: readonly ClusterObject[], resource: Resource, bound: Bound): number {
  const scalers = objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .map(({ spec }) => scaler.parse(spec));
  return objects
    .filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind))
    .reduce((sum, object) => {
      const found = scalers.find(({ scaleTargetRef }) => scaleTargetRef.name === object.metadata.name);
      return sum + podRequest(object, resource) * (found?.[bound] ?? Number(object.spec['replicas'] ?? 1));
    }, 0);
}

const rendered = (...paths: readonly string[]) => paths.flatMap(renderedObjects);

describe.skipIf(cannotRender)('the requests of all pods', () => {
  const rows: readonly { readonly row: string; readonly bound: Bound; readonly paths: readonly string[] }[] = [
    { row: 'production', bound: 'minReplicas', paths: ['overlays/production', 'stateful', 'monitoring'] },
    {
      row: 'production, every autoscaler at its maximum',
      bound: 'maxReplicas',
      paths: ['overlays/production', 'stateful', 'monitoring'],
    },
    { row: '`overlays/small`, `overlays/laptop`', bound: 'minReplicas', paths: ['overlays/small'] },
    { row: '`overlays/small`, `overlays/laptop`', bound: 'minReplicas', paths: ['overlays/laptop'] },
  ];

  test.each(rows)('of $paths ($bound) are about those that docs/deploy.md tells', ({ row, bound, paths }) => {
    const objects = rendered(...paths);
    const told = page.split('\n').find((line) => line.startsWith(`| ${row} `)) ?? '';
    const [, cores, gibibytes] = /\| about ([\d.]+) cores +\| about ([\d.]+) GiB +\|$/.exec(told) ?? [];
    // The rest is for new roles, which must not make the page wrong at once.
    const isAbout = (sum: number, number: string | undefined) => Math.abs(sum / Number(number) - 1) <= 0.2;
    const cpu = sumOf(objects, 'cpu', bound);
    const memory = sumOf(objects, 'memory', bound) / 2 ** 30;
    expect(isAbout(cpu, cores), `${cpu} cores: ${told}`).toBe(true);
    expect(isAbout(memory, gibibytes), `${memory} GiB: ${told}`).toBe(true);
  });

  test.each(['small', 'laptop'])(
    'of the overlay %s fit 2 cores and 6 GiB, also while it is installed and updated',
    (overlay) => {
      const objects = rendered(`overlays/${overlay}`);
      const most = (kind: string, resource: Resource) =>
        objects.filter((object) => object.kind === kind).map((object) => podRequest(object, resource));
      const needed = (resource: Resource) =>
        sumOf(objects, resource, 'maxReplicas') +
        most('Job', resource).reduce((sum, one) => sum + one, 0) +
        Math.max(...most('Deployment', resource));
      // kind itself requests 0.95 cores and 0.3 GiB, ingress-nginx and a metrics server 0.1 cores and 0.2 GiB each.
      expect(needed('cpu')).toBeLessThanOrEqual(2 - 1.15);
      expect(needed('memory')).toBeLessThanOrEqual((6 - 0.7) * 2 ** 30);
    },
  );

  test.each(['small', 'laptop', 'dev'])(
    'of the overlay %s are for one pod of each role, however busy it is',
    (overlay) => {
      const scalers = rendered(`overlays/${overlay}`).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
      expect(scalers).toHaveLength(roles.length);
      for (const { spec } of scalers) expect(scaler.parse(spec)).toMatchObject({ minReplicas: 1, maxReplicas: 1 });
    },
  );
});
