/** Compares what the manifests say about the roles with runtime/registry.ts. Needs no cluster and no kubectl. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addressSetting } from '../../../runtime/addresses.ts';
import {
  databaseOwnerOf,
  hostOf,
  keyHolders,
  roles,
  rowOf,
  rows,
  rpcRoles,
  schemaOf,
  servesRpc,
  signers,
  type Role,
  type RpcRole,
} from '../../../runtime/registry.ts';
import { bootstrapObjects } from '../../k8s/secrets.ts';
import { podTemplateOf } from './objects.ts';
import { objectsIn } from './render.ts';

const k8s = join(import.meta.dirname, '../../k8s');
const read = (...path: readonly string[]) => readFileSync(join(k8s, ...path), 'utf8');
const folders = (pattern: string) => globSync(pattern, { cwd: k8s }).map((path) => basename(path));
const names = roles.map((role) => rowOf(role).name);
const sorted = (values: Iterable<string>) => [...new Set(values)].sort();

const kustomization = z.looseObject({
  raw: z.looseObject({
    resources: z.array(z.string()).default([]),
    components: z.array(z.string()).default([]),
  }),
});
const kustomizationIn = (folder: string) =>
  kustomization.parse(objectsIn(`metadata: { name: it }\n${read(folder, 'kustomization.yaml')}`)[0]).raw;

const secretShape = z.looseObject({
  metadata: z.object({ name: z.string() }),
  stringData: z.record(z.string(), z.string()).default({}),
});
const made = bootstrapObjects('admin@example.com').map((object) => secretShape.parse(object));

/** The label of pods that may call a role. That of sso for its key set, which every process reads by HTTP, is another one. */
const labelOfCallers = (role: RpcRole) => (role === 'sso' ? 'to-sso-grpc' : `to-${role}`);
/** The roles that a role calls. */
const calledBy = (role: Role) => new Set(rowOf(role).calls.map(hostOf));
/** A role that takes calls of users verifies their tokens with sso's key set. sso itself has it already. */
const readsKeySet = (role: Role) => servesRpc(role) && role !== 'sso';
const needsPostgres = (role: Role) => databaseOwnerOf(role) !== undefined || rowOf(role).audits === true;

describe.each(roles)('the folder of %s', (role) => {
  const { name, ports, needs } = rowOf(role);
  const folder = `services/${name}`;
  const objects = (file: string) => objectsIn(read(folder, file));
  const called = [...calledBy(role)];
  const portNames = { http: ports.http, ...(ports.grpc === undefined ? {} : { grpc: ports.grpc }) };

  test('uses the components that the role needs', () => {
    const wanted = ['role', ...(servesRpc(role) ? ['edge'] : []), ...(signers.includes(role) ? ['caller'] : [])];
    expect(kustomizationIn(folder).components, `${folder}/kustomization.yaml: components`).toEqual(
      wanted.map((component) => `../../components/${component}`),
    );
    expect(existsSync(join(k8s, folder, '06-ingress.yaml')), `${folder}/06-ingress.yaml`).toBe(servesRpc(role));
  });

  test('gives the role its ports and the addresses of the roles that it calls', () => {
    const [settings] = objects('02-configmap.yaml');
    const told = Object.entries(settings?.data ?? {}).filter(([key]) => /_PORT$|_ADDRESS$/.test(key));
    expect(Object.fromEntries(told), `${folder}/02-configmap.yaml`).toEqual({
      HTTP_PORT: String(ports.http),
      ...(ports.grpc === undefined ? {} : { GRPC_PORT: String(ports.grpc) }),
      ...Object.fromEntries(
        called.map((host) => [addressSetting(host), `http://${rows[host].name}:${rows[host].ports.grpc}`]),
      ),
    });
    expect('KAFKA_BROKERS' in (settings?.data ?? {}), `${folder}/02-configmap.yaml`).toBe(needs.includes('kafka'));
    const [service] = objects('04-service.yaml');
    const open = z.array(z.looseObject({ name: z.string(), port: z.number() })).parse(service?.spec['ports']);
    expect(Object.fromEntries(open.map((one) => [one.name, one.port])), `${folder}/04-service.yaml`).toEqual(portNames);
  });

  test('lets the role connect to exactly what it needs', () => {
    const [deployment] = objects('03-deployment.yaml');
    const template = deployment && podTemplateOf(deployment);
    const wanted = [
      ...(servesRpc(role) ? ['from-edge'] : []),
      ...(needsPostgres(role) ? ['to-postgres'] : []),
      ...needs.map((server) => `to-${server}`),
      ...(readsKeySet(role) ? ['to-sso'] : []),
      ...called.map(labelOfCallers),
    ];
    const labels = Object.keys(template?.metadata.labels ?? {});
    expect(sorted(labels), `${folder}/03-deployment.yaml: labels of the pods`).toEqual(sorted(wanted));
    const [container] = template?.spec.containers ?? [];
    expect(container?.args, `${folder}/03-deployment.yaml: args`).toEqual([role]);
    const open = container?.ports.map((port) => [port.name, port.containerPort]) ?? [];
    expect(Object.fromEntries(open), `${folder}/03-deployment.yaml: ports`).toEqual(portNames);
  });

  test('has an example of each secret that deploy/k8s/secrets.ts makes for the role', () => {
    const examples = objects('01-secret.example.yaml').map(({ raw }) => secretShape.parse(raw));
    const own = signers.includes(role) ? [`service-key-${role}`] : [];
    const wanted = made.filter(({ metadata }) => [name, ...own].includes(metadata.name));
    const keysOf = (secrets: typeof made) =>
      Object.fromEntries(secrets.map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)]));
    expect(keysOf(examples), `${folder}/01-secret.example.yaml; deploy/k8s/secrets.ts`).toEqual(keysOf(wanted));
    const owner = databaseOwnerOf(role);
    const url = examples.find(({ metadata }) => metadata.name === name)?.stringData['DATABASE_URL'];
    expect(url && new URL(url).username).toBe(owner && schemaOf(owner));
  });

  test('has an Argo CD application and both overlays', () => {
    const file = `argocd/applications/${name}.yaml`;
    const [application] = objectsIn(read(file));
    expect(application?.metadata.name, file).toBe(name);
    expect(application?.spec['source'], file).toMatchObject({ path: `deploy/k8s/overlays/production/${name}` });
    for (const overlay of ['dev', 'production'])
      expect(kustomizationIn(`overlays/${overlay}/${name}`).resources, overlay).toEqual([`../../../${folder}`]);
  });
});

test('every folder, overlay and application is for a role of the registry', () => {
  const message = 'runtime/registry.ts: a row with this `name`';
  expect(sorted(folders('services/*/')), message).toEqual(sorted(names));
  const others = new Set(['component', 'migrations', 'tls']);
  for (const overlay of ['dev', 'production']) {
    const found = folders(`overlays/${overlay}/*/`).filter((name) => !others.has(name));
    expect(sorted(found), message).toEqual(sorted(names));
    const listed = kustomizationIn(`overlays/${overlay}`).resources.filter(
      (name) => !/^\.\.|^migrations$|^tls$/.test(name),
    );
    expect(listed, `deploy/k8s/overlays/${overlay}/kustomization.yaml: resources`).toEqual(names);
  }
  const applications = folders('argocd/applications/*-{service,worker,relay}.yaml').map((file) =>
    basename(file, '.yaml'),
  );
  expect(sorted(applications), message).toEqual(sorted(names));
});

test('the network lets a role be called by those whose rows name it', () => {
  const file = 'platform/network/services.yaml';
  const policies = objectsIn(read(file)).filter(({ metadata }) => metadata.name !== 'to-services');
  const called = new Set(roles.flatMap((role) => [...calledBy(role)]));
  const wanted = [
    // Only the key set, by HTTP.
    { role: 'sso', port: 'http', label: 'to-sso' } as const,
    ...rpcRoles
      .filter((role) => called.has(role))
      .map((role) => ({ role, port: 'grpc', label: labelOfCallers(role) }) as const),
  ];
  expect(
    policies.map(({ metadata, spec }) => ({ name: metadata.name, spec })),
    `deploy/k8s/${file}`,
  ).toEqual(
    wanted.map(({ role, port, label }) => ({
      name: label,
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': rows[role].name } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { [label]: 'true' } } }], ports: [{ port }] }],
      },
    })),
  );
});

test('every process reads the key set of sso', () => {
  const [settings] = objectsIn(read('components/role/configmap.yaml'));
  expect(settings?.data['JWKS_URL'], 'components/role/configmap.yaml').toBe(
    `http://${rows.sso.name}:${rows.sso.ports.http}/.well-known/jwks.json`,
  );
});

test('the certificate is for the host of each service', () => {
  const file = 'overlays/production/tls/certificate.yaml';
  const [certificate] = objectsIn(read(file));
  expect(certificate?.spec['dnsNames'], `deploy/k8s/${file}: dnsNames`).toEqual(
    ['api', 'grpc', ...rpcRoles].map((host) => `${host}.localhost`),
  );
});

test('Prometheus names each job by its role', () => {
  const file = '../monitoring/prometheus/kubernetes.yml';
  const pattern = /regex: (\S*\(sso\|\S*)/.exec(read(file))?.[1] ?? '';
  for (const role of roles) {
    const job = new RegExp(`^(?:${pattern})$`).exec(rowOf(role).name)?.[1];
    expect(job, 'deploy/monitoring/prometheus/kubernetes.yml: the regex of app.kubernetes.io/name').toBe(role);
  }
});

test('deploy/k8s/secrets.ts makes one secret for each service key', () => {
  const keys = made.filter(({ metadata }) => metadata.name.startsWith('service-key-'));
  expect(keys.map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)])).toEqual(
    keyHolders.map((holder) => [`service-key-${holder}`, [`${holder}.json`]]),
  );
});
