import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { rows, rpcRoles } from '../../../runtime/registry.ts';
import { acquire } from '../tools/acquire.ts';
import { tools } from '../tools/catalogue.ts';
import { podTemplateOf, titleOf, type ClusterObject } from './objects.ts';
import { objectsIn } from './render.ts';
import { cannotRender, renderedObjects } from './rendered.ts';
import { createSchemaCheck } from './schema.ts';

const root = join(import.meta.dirname, '../../..');
const kubectl = await acquire(tools.kubectl);
const schema = createSchemaCheck();

/** Commands that users of the earlier platform in Go know. They must work unchanged. */
const known = [
  'kubectl apply -f deploy/k8s/stateful/postgres/',
  'kubectl apply -f deploy/k8s/stateful/redis/',
  'kubectl apply -f deploy/k8s/stateful/kafka/',
  'kubectl apply -f deploy/k8s/migrations/migration-job.yaml',
  'kubectl apply -f deploy/k8s/argocd/applications/',
  'kubectl apply -f deploy/k8s/monitoring/prometheus/',
  'kubectl apply -f deploy/k8s/monitoring/grafana/',
];
const documented = [...readFileSync(join(root, 'docs/deploy.md'), 'utf8').matchAll(/kubectl apply [^`|&#\n]+/g)].map(
  ([command]) => command.trim(),
);

/** The objects that a command applies. Like kubectl, -f reads every YAML file of a folder. */
function applied(command: string): ClusterObject[] {
  const found = [...command.matchAll(/ -(f|k) (\S+)/g)];
  expect(found, command).not.toEqual([]);
  return found.flatMap(([, flag, path = '']) => {
    const where = join(root, path);
    if (flag === 'k' && 'path' in kubectl)
      return objectsIn(execFileSync(kubectl.path, ['kustomize', where], { encoding: 'utf8' }));
    const files = statSync(where).isDirectory() ? globSync(`${where}/*.{yaml,yml,json}`).sort() : [where];
    return files.flatMap((file) => objectsIn(readFileSync(file, 'utf8')));
  });
}

describe.skipIf(cannotRender)('commands', () => {
  // Argo CD's own manifests are downloaded, so this command cannot be checked here.
  test.each([...new Set([...known, ...documented])].filter((command) => !command.includes('argocd/install')))(
    '%s',
    (command) => {
      const objects = applied(command);
      expect(objects).not.toEqual([]);
      expect(objects.flatMap((object) => schema(object))).toEqual([]);
    },
  );

  describe('names that people type', () => {
    let services: readonly ClusterObject[];
    let all: readonly string[];
    beforeAll(() => {
      services = renderedObjects('overlays/production');
      const further = [...known.flatMap(applied), ...renderedObjects('stateful')];
      all = [...services, ...further].map(titleOf);
    });

    test.each([
      'Job ecommerce/db-migrations',
      'Service ecommerce/sso-service',
      'Service monitoring/grafana',
      'StatefulSet datastore/postgres',
      'Service datastore/postgres',
      'Application argocd/sso-service',
      'Namespace ecommerce',
      'Namespace datastore',
      'Namespace monitoring',
    ])('%s', (title) => {
      expect(all).toContain(title);
    });

    test('forwarded ports, hosts, and the pull secret exist', () => {
      expect(
        JSON.stringify(
          services.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'sso-service')?.spec,
        ),
      ).toContain('"port":8080');
      const rule = z.looseObject({ rules: z.array(z.looseObject({ host: z.string() })) });
      const hosts = services
        .filter(({ kind }) => kind === 'Ingress')
        .flatMap(({ spec }) => rule.parse(spec).rules.map(({ host }) => host.split('.')[0]));
      expect(hosts).toEqual(expect.arrayContaining(['api', ...rpcRoles]));
      for (const deployment of services.filter(({ kind }) => kind === 'Deployment'))
        expect(JSON.stringify(podTemplateOf(deployment)?.spec)).toContain('"name":"yc-registry-secret"');
    });
  });

  // Without cert-manager or Argo CD the cluster does not know their kinds, and `kubectl apply` fails.
  test.each(['overlays/production', 'overlays/small', 'overlays/dev', 'overlays/laptop', 'stateful', 'monitoring'])(
    '%s has only kinds that every cluster knows',
    (path) => {
      const groups = renderedObjects(path).map(({ apiVersion }) => apiVersion.replace(/\/?v\d+$/, ''));
      const foreign = groups.filter((group) => group.includes('.') && !group.endsWith('.k8s.io'));
      expect(foreign).toEqual([]);
    },
  );

  test.each(rpcRoles.map((role) => rows[role].name))('%s has its seven files', (name) => {
    const folder = join(root, `deploy/k8s/services/${name}`);
    const numbered = globSync('0*.yaml', { cwd: folder }).sort();
    expect(numbered).toEqual([
      ...['00-namespace.yaml', '01-secret.example.yaml', '02-configmap.yaml', '03-deployment.yaml'],
      ...['04-service.yaml', '05-hpa.yaml', '06-ingress.yaml'],
    ]);
    expect(globSync('kustomization.yaml', { cwd: folder })).toHaveLength(1);
    expect(globSync(`deploy/k8s/argocd/applications/${name}.yaml`, { cwd: root })).toHaveLength(1);
  });
});
