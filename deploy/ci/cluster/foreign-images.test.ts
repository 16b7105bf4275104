import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { podTemplateOf, type Container, type PodTemplate } from './objects.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

/** Images that are not ours: the user who owns their files, and the folders that they write to. */
const known: Readonly<Record<string, { readonly user: number; readonly writes: readonly string[] }>> = {
  postgres: { user: 999, writes: ['/var/lib/postgresql/data', '/var/run/postgresql', '/tmp', '/dev/shm'] },
  redis: { user: 999, writes: ['/data'] },
  'apache/kafka': { user: 1000, writes: ['/var/lib/kafka', '/tmp'] },
  'temporalio/server': { user: 1000, writes: ['/tmp'] },
  'temporalio/admin-tools': { user: 1000, writes: ['/tmp'] },
  'temporalio/ui': { user: 1000, writes: [] },
  'prom/prometheus': { user: 65_534, writes: ['/prometheus'] },
  'grafana/grafana': { user: 472, writes: ['/var/lib/grafana', '/tmp'] },
};

const mounts = z.looseObject({
  volumeMounts: z
    .array(z.looseObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) }))
    .default([]),
});
const nameOf = (image: string) => image.replace(/:[^:/]+$/, '');

describe.skipIf(cannotRender)('in Kubernetes, images of others', () => {
  let containers: readonly { readonly container: Container; readonly template: PodTemplate }[];
  beforeAll(() => {
    containers = ['stateful', 'monitoring'].flatMap(renderedObjects).flatMap((object) => {
      const template = podTemplateOf(object);
      const all = [...(template?.spec.containers ?? []), ...(template?.spec.initContainers ?? [])];
      return template === undefined ? [] : all.map((container) => ({ container, template }));
    });
  });

  test('are all in the list above', () => {
    expect(new Set(containers.map(({ container }) => nameOf(container.image)))).toEqual(new Set(Object.keys(known)));
  });

  test.each(Object.entries(known))(
    '%s runs as the user of the image and can write its folders',
    (image, { user, writes }) => {
      for (const { container, template } of containers.filter(({ container: one }) => nameOf(one.image) === image)) {
        const { securityContext } = template.spec;
        expect([securityContext.runAsUser, securityContext['runAsGroup'], securityContext['fsGroup']]).toEqual([
          user,
          user,
          user,
        ]);
        const writable = mounts.parse(container).volumeMounts.filter(({ readOnly }) => !readOnly);
        expect(writable.map(({ mountPath }) => mountPath).sort()).toEqual([...writes].sort());
      }
    },
  );
});

test('in Compose, an image with a read-only root has a volume or tmpfs for each folder that it writes to', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
  const service = z.looseObject({
    image: z.string(),
    read_only: z.boolean().default(false),
    tmpfs: z.array(z.string()).default([]),
    volumes: z.array(z.string()).default([]),
  });
  const { services } = z.looseObject({ services: z.record(z.string(), service) }).parse(parse(text, { merge: true }));
  const hardened = Object.values(services).filter(({ image, read_only }) => read_only && nameOf(image) in known);
  expect(hardened.length).toBeGreaterThan(4);
  for (const { image, tmpfs, volumes } of hardened) {
    const places = [
      ...tmpfs,
      ...volumes.filter((volume) => !volume.endsWith(':ro')).map((volume) => volume.split(':')[1] ?? ''),
    ];
    for (const path of known[nameOf(image)]?.writes ?? [])
      expect(
        places.some((place) => place === path || place.startsWith(`${path}/`)),
        `${image}: ${path}`,
      ).toBe(true);
  }
});
