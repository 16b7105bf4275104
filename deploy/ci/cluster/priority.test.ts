import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { podTemplateOf, titleOf, type ClusterObject } from './objects.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const priority = z.looseObject({ value: z.number() });

/** A pod of the platform that an update adds must not take the place of a server, which nothing else stands in for. */
describe.skipIf(cannotRender)('where a node has no room for all', () => {
  let stores: readonly ClusterObject[];
  let values: ReadonlyMap<string, number>;
  const classOf = (object: ClusterObject) => podTemplateOf(object)?.spec['priorityClassName'];
  beforeAll(() => {
    stores = renderedObjects('stateful');
    const classes = stores.filter(({ kind }) => kind === 'PriorityClass');
    values = new Map(classes.map(({ metadata, raw }) => [metadata.name, priority.parse(raw).value]));
  });

  test('Postgres, Redis, Kafka and Temporal come before all other pods', () => {
    const servers = stores.filter(({ kind }) => kind === 'StatefulSet');
    const defaults = stores.filter(
      ({ raw }) => z.looseObject({ globalDefault: z.literal(true) }).safeParse(raw).success,
    );
    expect(defaults).toEqual([]);
    expect(servers.map(({ metadata }) => metadata.name).sort()).toEqual(['kafka', 'postgres', 'redis', 'temporal']);
    // A pod without a class has the priority 0. Classes of users end below a thousand million.
    for (const server of servers) {
      const value = values.get(String(classOf(server))) ?? 0;
      expect(value, titleOf(server)).toBeGreaterThan(0);
      expect(value, titleOf(server)).toBeLessThan(1_000_000_000);
    }
  });

  test.each(['overlays/production', 'overlays/dev', 'monitoring'])('no pod of %s has a priority', (path) => {
    const pods = renderedObjects(path).filter((object) => podTemplateOf(object) !== undefined);
    expect(pods).not.toEqual([]);
    for (const pod of pods) expect(classOf(pod), titleOf(pod)).toBeUndefined();
  });
});
