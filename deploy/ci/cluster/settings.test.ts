import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addressSetting } from '../../../runtime/addresses.ts';
import { readRuntimeConfig } from '../../../runtime/config.ts';
import { databaseOwnerOf, roles, rpcRoles, signers } from '../../../runtime/registry.ts';
import { readSeedConfig } from '../../../runtime/seed-config.ts';
import { parseRoles } from '../../../runtime/roles.ts';
import { readSsoConfig } from '../../../services/sso/config.ts';
import { bootstrapObjects } from '../../k8s/secrets.ts';
import { podTemplateOf, type ClusterObject } from './objects.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const root = join(import.meta.dirname, '../../..');
const secretShape = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  stringData: z.record(z.string(), z.string()).default({}),
});
const secrets = bootstrapObjects('admin@example.com').map((object) => secretShape.parse(object));
const secretOf = (namespace: string, name: string) =>
  secrets.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)?.stringData;

/** The text of all files that read settings. Nothing reads a setting that none of them names. */
const readers = globSync('{platform,services,workflows,activities,audit,runtime}/**/*.ts', { cwd: root })
  .filter((file) => /config|settings|runtime\/|auth\//.test(file) && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');
const addresses = new Set(rpcRoles.map(addressSetting));
const isRead = (name: string) =>
  name === 'NODE_OPTIONS' || addresses.has(name) || new RegExp(`\\b${name}\\b`).test(readers);

let objects: readonly ClusterObject[];
const deploymentOf = (role: string) =>
  objects.find((object) => object.kind === 'Deployment' && podTemplateOf(object)?.spec.containers[0]?.args[0] === role);

function environmentOf(role: string) {
  const deployment = deploymentOf(role);
  const container = deployment && podTemplateOf(deployment)?.spec.containers[0];
  const configName = container?.envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? [])[0];
  const settings =
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configName)?.data ?? {};
  const secret = secretOf('ecommerce', deployment?.metadata.name ?? '') ?? {};
  return { container, settings, secret };
}

describe.skipIf(cannotRender)('the manifests', () => {
  beforeAll(() => {
    objects = renderedObjects('overlays/production');
  });

  describe.each(roles)('%s in Kubernetes', (role) => {
    test('gets every setting that it needs, and no setting that nothing reads', () => {
      const { container, settings, secret } = environmentOf(role);
      expect(container?.args).toEqual([role]);
      const config = readRuntimeConfig({ ...settings, ...secret }, parseRoles([role]));
      expect(config.process.production).toBe(true);
      expect(Object.keys({ ...settings, ...secret }).filter((name) => !isRead(name))).toEqual([]);
      const ports = {
        http: config.ports.http,
        ...(config.ports.grpc === undefined ? {} : { grpc: config.ports.grpc }),
      };
      expect(Object.fromEntries((container?.ports ?? []).map((port) => [port.name, port.containerPort]))).toEqual(
        ports,
      );
    });

    test('has a liveness probe without dependencies and a readiness probe with them', () => {
      const { container } = environmentOf(role);
      const asked = (path: string) => expect.objectContaining({ httpGet: { path, port: 'http' } });
      expect(container).toMatchObject({
        startupProbe: asked('/health'),
        livenessProbe: asked('/health'),
        readinessProbe: asked('/ready'),
      });
    });

    test('has the right addresses of the services that it calls, and may connect to them', () => {
      const { settings } = environmentOf(role);
      const deployment = deploymentOf(role);
      const labels = deployment && podTemplateOf(deployment)?.metadata.labels;
      for (const host of rpcRoles) {
        const address = settings[addressSetting(host)];
        if (address === undefined) continue;
        const { hostname, port } = new URL(address);
        const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === hostname);
        expect(JSON.stringify(service?.spec['ports'])).toContain(`"port":${port},"targetPort":"grpc"`);
        expect(labels?.[host === 'sso' ? 'to-sso-grpc' : `to-${host}`]).toBe('true');
      }
    });
  });

  test('Postgres has enough connections when every autoscaler is at its maximum and an update is running', () => {
    const stores = renderedObjects('stateful');
    const limit = Number(/max_connections=(\d+)/.exec(JSON.stringify(stores.map(({ raw }) => raw)))?.[1]);
    const read = (file: string) => readFileSync(join(root, file), 'utf8');
    const temporal = [...read('deploy/temporal/server.yaml').matchAll(/maxConns: (\d+)/g)].map(([, max]) =>
      Number(max),
    );
    const auditor = Number(/ecommerce_auditor CONNECTION LIMIT (\d+)/.exec(read('deploy/postgres/init.sh'))?.[1]);
    const most = z.looseObject({ scaleTargetRef: z.looseObject({ name: z.string() }), maxReplicas: z.number() });
    const pools = objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => most.parse(spec))
      .map(({ scaleTargetRef: { name }, maxReplicas }) => {
        const role = roles.find((one) => deploymentOf(one)?.metadata.name === name) ?? '';
        const { settings, secret } = environmentOf(role);
        if (secret['DATABASE_URL'] === undefined) return 0;
        // An update adds one pod. The order service has one connection beside its pool, for LISTEN.
        return (maxReplicas + 1) * (Number(settings['PG_POOL_SIZE']) + (role === 'order' ? 1 : 0));
      });
    const withDatabase = roles.filter((role) => databaseOwnerOf(role) !== undefined);
    expect(pools.filter((size) => size > 0)).toHaveLength(withDatabase.length);
    expect(temporal).toHaveLength(2);
    const others = 3 + 5; // 3 that Postgres keeps for superusers; 5 for migrations and operators
    const sum = [...pools, ...temporal, auditor, others].reduce((one, other) => one + other, 0);
    expect(sum).toBeLessThanOrEqual(limit);
  });

  test('a role with a database does not start without its secret', () => {
    for (const role of roles) {
      if (databaseOwnerOf(role) === undefined) continue;
      const { settings } = environmentOf(role);
      expect(() => readRuntimeConfig(settings, parseRoles([role]))).toThrow('DATABASE_URL');
    }
  });

  test('in development the seed and sso, which both create the administrator, know the same password', () => {
    const source = z.looseObject({
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z.looseObject({ secretKeyRef: z.looseObject({ name: z.string(), key: z.string() }) }).optional(),
    });
    const migrations = renderedObjects('overlays/dev').find(({ kind }) => kind === 'Job');
    const [container] = (migrations && podTemplateOf(migrations)?.spec.containers) ?? [];
    const env = Object.fromEntries(
      (container?.env ?? []).map((one) => {
        const { name, value, valueFrom } = source.parse(one);
        const { name: secretName = '', key = '' } = valueFrom?.secretKeyRef ?? {};
        return [name, value ?? secretOf('ecommerce', secretName)?.[key] ?? ''];
      }),
    );
    expect(env).toMatchObject({ APP_ENV: 'development', SEED: 'true' });
    const { settings, secret } = environmentOf('sso');
    expect(readSeedConfig(env).admin).toEqual(readSsoConfig({ ...settings, ...secret }).admin);
    expect(readSeedConfig(env).admin?.password).toBe(secret['ADMIN_PASSWORD']);
  });

  test('k8s:secrets makes every secret that a manifest names', () => {
    const stores = renderedObjects('stateful');
    const monitoring = renderedObjects('monitoring');
    const pulled = 'yc-registry-secret';
    const names = [...objects, ...stores, ...monitoring].flatMap((object) => {
      const text = JSON.stringify(object.raw);
      const patterns = [
        /"secretRef":\{"name":"([^"]+)"(,"optional":true)?/g,
        /"secretKeyRef":\{[^}]*"name":"([^"]+)"/g,
        /"secretName":"([^"]+)"/g,
        /"secret":\{"items":[^\]]*\],"name":"([^"]+)"/g,
      ];
      return patterns
        .flatMap((pattern) => [...text.matchAll(pattern)])
        .filter(([, name, optional]) => optional === undefined && name !== 'ecommerce-tls' && name !== pulled)
        .map(([, name]) => `${object.metadata.namespace}/${name}`);
    });
    const keys = signers.filter((name) => roles.some((role) => role === name));
    expect(names).toEqual(expect.arrayContaining(keys.map((role) => `ecommerce/service-key-${role}`)));
    for (const name of new Set(names))
      expect(secretOf(name.split('/')[0] ?? '', name.split('/')[1] ?? ''), name).toBeDefined();
  });
});
