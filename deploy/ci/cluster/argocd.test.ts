import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { rows, rpcRoles } from '../../../runtime/registry.ts';
import { bootstrapObjects } from '../../k8s/secrets.ts';
import { objectsIn } from './render.ts';
import { cannotRender, renderedObjects } from './rendered.ts';
import { parseObject, titleOf, type ClusterObject } from './objects.ts';

const folder = join(import.meta.dirname, '../../k8s');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

const application = z.looseObject({
  project: z.string(),
  source: z.object({ repoURL: z.string(), targetRevision: z.string(), path: z.string() }),
  destination: z.object({ server: z.string(), namespace: z.string() }),
  syncPolicy: z.object({
    automated: z.object({ prune: z.boolean(), selfHeal: z.boolean() }),
    syncOptions: z.array(z.string()),
    retry: z.looseObject({ limit: z.number() }),
  }),
  ignoreDifferences: z.array(z.unknown()).default([]),
});
const project = z.looseObject({
  sourceRepos: z.array(z.string()),
  destinations: z.array(z.object({ server: z.string(), namespace: z.string() })),
  clusterResourceWhitelist: z.array(z.object({ group: z.string(), kind: z.string() })),
});

const all = globSync('argocd/applications/*.yaml', { cwd: folder }).flatMap((file) => objectsIn(read(file)));
const apps = all
  .filter(({ kind }) => kind === 'Application')
  .map((object) => ({ name: object.metadata.name, wave: waveOf(object), spec: application.parse(object.spec) }));
const [root] = objectsIn(read('argocd/root.yaml')).map(({ spec }) => application.parse(spec));
const shop = project.parse(all.find(({ kind }) => kind === 'AppProject')?.spec);

function waveOf({ metadata }: ClusterObject): number {
  return Number(metadata.annotations['argocd.argoproj.io/sync-wave'] ?? 0);
}
const waves = (...names: readonly string[]) => names.map((name) => apps.find((app) => app.name === name)?.wave ?? NaN);

test('the applications are synced in waves, each after the ones that it depends on', () => {
  const services = rpcRoles.filter((role) => role !== 'checkout').map((role) => rows[role].name);
  const stages = [
    ['platform'],
    ['datastore'],
    ['migrations'],
    services,
    [rows.worker.name, rows.relay.name],
    [rows.checkout.name],
    // tls is last, because a certificate needs DNS names that lead to this cluster, and nothing else needs it.
    ['monitoring', 'tls'],
  ];
  for (const [index, stage] of stages.entries()) {
    expect(new Set(waves(...stage)).size, stage.join(' ')).toBe(1);
    expect(Math.max(...waves(...(stages[index - 1] ?? [])))).toBeLessThan(Math.min(...waves(...stage)));
  }
  expect(stages.flat().sort()).toEqual(apps.map(({ name }) => name).sort());
  // The project comes before all of them.
  const projects = all.filter(({ kind }) => kind === 'AppProject').map(waveOf);
  expect(Math.max(...projects)).toBeLessThan(Math.min(...waves('platform')));
});

test('Argo CD waits for a healthy wave before the next, and is installed in an exact version', () => {
  const install = z.looseObject({ resources: z.array(z.string()), patches: z.unknown() });
  const { resources, patches } = install.parse(parse(read('argocd/install/kustomization.yaml')));
  expect(patches).toEqual([{ path: 'argocd-cm.yaml' }]);
  expect(resources.filter((url) => url.startsWith('https://'))).toEqual([
    expect.stringMatching(/\/argoproj\/argo-cd\/v\d+\.\d+\.\d+\/manifests\/install\.yaml$/),
  ]);
  const [config] = objectsIn(read('argocd/install/argocd-cm.yaml'));
  expect(config && titleOf(config)).toBe('ConfigMap argocd-cm');
  expect(config?.data['resource.customizations.health.argoproj.io_Application']).toContain(
    'hs.status = obj.status.health.status',
  );
});

test('each application heals itself, prunes last and retries, and reads the repository and branch of the app of apps', () => {
  expect(root?.source.path).toBe('deploy/k8s/argocd/applications');
  for (const { name, spec } of apps) {
    expect(spec.syncPolicy.automated, name).toEqual({ prune: true, selfHeal: true });
    // Pods of the previous release need their ConfigMap until they end, so pruning comes last.
    expect(spec.syncPolicy.syncOptions, name).toContain('PruneLast=true');
    expect(spec.syncPolicy.retry.limit, name).toBeGreaterThan(0);
    expect({ ...spec.source, path: '' }, name).toEqual({ ...root?.source, path: '' });
    expect(shop.sourceRepos, name).toContain(spec.source.repoURL);
    expect(shop.destinations, name).toContainEqual(spec.destination);
  }
});

test('each application ends its objects before it goes, by the finalizer whose name Kubernetes accepts without a warning', () => {
  const owners = [...all.filter(({ kind }) => kind === 'Application'), ...objectsIn(read('argocd/root.yaml'))];
  expect(owners).toHaveLength(apps.length + 1);
  for (const owner of owners)
    // A name without a path is told with a warning since Kubernetes 1.29.
    expect(owner.metadata.finalizers, titleOf(owner)).toEqual(['resources-finalizer.argocd.argoproj.io/foreground']);
});

test('every secret, also an example, has a wave before the migrations', () => {
  const secrets = bootstrapObjects('admin@example.com')
    .map(parseObject)
    .filter(({ kind }) => kind === 'Secret');
  const examples = globSync('services/*/01-secret.example.yaml', { cwd: folder }).flatMap((file) =>
    objectsIn(read(file)),
  );
  expect(secrets.length).toBeGreaterThan(examples.length);
  for (const secret of [...secrets, ...examples]) expect(waveOf(secret), titleOf(secret)).toBe(-2);
});

describe.skipIf(cannotRender)('the objects of the applications', () => {
  let brought: readonly { readonly name: string; readonly objects: readonly ClusterObject[] }[];
  beforeAll(() => {
    brought = apps.map(({ name, spec }) => ({
      name,
      objects: renderedObjects(posix.relative('deploy/k8s', spec.source.path)),
    }));
  });

  test('are all objects of the manifests, each in exactly one application', () => {
    const titles = brought.flatMap(({ objects }) => objects.map(titleOf));
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
    const wanted = ['overlays/production', 'overlays/production/tls', 'stateful', 'monitoring']
      .flatMap(renderedObjects)
      .map(titleOf);
    expect(titles.sort()).toEqual(wanted.sort());
  });

  test('are of kinds and namespaces that the project allows', () => {
    const may = new Set([
      ...shop.clusterResourceWhitelist.map(({ kind }) => `kind ${kind}`),
      ...shop.destinations.map(({ namespace }) => `in ${namespace}`),
    ]);
    for (const object of brought.flatMap(({ objects }) => objects)) {
      const { namespace } = object.metadata;
      expect(may, titleOf(object)).toContain(namespace === undefined ? `kind ${object.kind}` : `in ${namespace}`);
    }
  });

  test('leave the number of replicas to the autoscaler if there is one', () => {
    for (const { name, objects } of brought) {
      const scaled = objects.some(({ kind }) => kind === 'HorizontalPodAutoscaler');
      const ignored = apps.find((app) => app.name === name)?.spec.ignoreDifferences ?? [];
      expect(ignored, name).toEqual(
        scaled ? [{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }] : [],
      );
    }
  });

  test('contain the migrations as a hook, which every release runs before the rest of its sync', () => {
    const objects = brought.find(({ name }) => name === 'migrations')?.objects ?? [];
    const job = objects.find(({ kind }) => kind === 'Job');
    expect(job?.metadata.annotations).toEqual({
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      'argocd.argoproj.io/sync-wave': '-1',
    });
    // A hook is never out of sync, so this ConfigMap with the image's name starts the sync of a release.
    const mark = objects.find(({ kind }) => kind === 'ConfigMap');
    expect(mark?.metadata.annotations['argocd.argoproj.io/hook']).toBeUndefined();
    expect(JSON.stringify(job?.spec)).toContain(`"image":"${mark?.data['image']}"`);
  });
});
