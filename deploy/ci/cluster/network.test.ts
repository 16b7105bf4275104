import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { roles, rowOf, servesRpc } from '../../../runtime/registry.ts';
import { bootstrapObjects } from '../../k8s/secrets.ts';
import { createNetwork, partiesOf, type Party } from './network.ts';
import { podTemplateOf, type ClusterObject } from './objects.ts';
import { objectsIn } from './render.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const stranger = { name: 'stranger', namespace: 'default', labels: {}, ports: [{ port: 443 }, { port: 5432 }] };
const outside: readonly Party[] = [
  stranger,
  // The pod that `kubectl run debug` creates.
  { name: 'debug', namespace: 'default', labels: { run: 'debug' }, ports: [] },
  { name: 'ingress', namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' }, ports: [] },
  { name: 'dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53 }] },
  // The pod that cert-manager creates for the HTTP challenge, in the namespace of the certificate.
  {
    name: 'acme',
    namespace: 'ecommerce',
    labels: { 'acme.cert-manager.io/http01-solver': 'true' },
    ports: [{ port: 8089 }],
  },
];

const secretShape = z.object({
  metadata: z.object({ name: z.string() }),
  stringData: z.record(z.string(), z.string()).default({}),
});
const secrets = bootstrapObjects('admin@example.com').map((object) => secretShape.parse(object));

let objects: readonly ClusterObject[];
let parties: readonly Party[];

/** The addresses in a role's settings and secrets that it connects to, as `<namespace>/<name>:<port>`. */
function addressesOf(deployment: ClusterObject): string[] {
  const container = podTemplateOf(deployment)?.spec.containers[0];
  const configName = container?.envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? [])[0];
  const settings = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configName)?.data;
  const secret = secrets.find(({ metadata }) => metadata.name === deployment.metadata.name)?.stringData;
  const role = roles.find((each) => each === container?.args[0]);
  if (role === undefined) return [];
  // Every role gets these two settings, but not every role uses them.
  const used = (name: string) =>
    name === 'JWKS_URL'
      ? role !== 'sso' && servesRpc(role)
      : name !== 'TEMPORAL_ADDRESS' || rowOf(role).needs.includes('temporal');
  return Object.entries({ ...settings, ...secret })
    .filter(([name]) => /(_URL|_ADDRESS|_BROKERS)$/.test(name) && used(name))
    .map(([, value]) => new URL(value.includes('://') ? value : `tcp://${value}`))
    .map(({ hostname, port }) => {
      const [host, namespace = 'ecommerce'] = hostname.split('.');
      return `${namespace}/${host}:${port}`;
    });
}

const ingress = z.looseObject({
  rules: z.array(
    z.looseObject({
      http: z.looseObject({
        paths: z.array(
          z.looseObject({
            backend: z.object({ service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }) }),
          }),
        ),
      }),
    }),
  ),
});
const service = z.looseObject({ ports: z.array(z.looseObject({ name: z.string(), port: z.number() })) });

/** The pods that each Ingress leads to. Each port of a Service equals the port of its pods. */
function ingressRoutes(): string[] {
  return objects
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap(({ metadata, spec }) =>
      ingress.parse(spec).rules.flatMap(({ http }) =>
        http.paths.map(({ backend: { service: to } }) => {
          const found = objects.find(
            (one) =>
              one.kind === 'Service' && one.metadata.name === to.name && one.metadata.namespace === metadata.namespace,
          );
          const port = service.parse(found?.spec).ports.find(({ name }) => name === to.port.name)?.port;
          return `ingress → ${metadata.namespace}/${to.name}:${port}`;
        }),
      ),
    );
}

const members = (ports: readonly number[]) => ports.map((port) => `datastore/temporal → datastore/temporal:${port}`);

describe.skipIf(cannotRender)('the network policies', () => {
  beforeAll(() => {
    objects = ['overlays/production', 'stateful', 'monitoring'].flatMap(renderedObjects);
    parties = [...partiesOf(objects), ...outside];
  });

  test('allow exactly the connections that are needed', () => {
    const deployments = objects.filter(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.namespace === 'ecommerce',
    );
    expect(deployments).toHaveLength(roles.length);
    const wanted = new Set([
      ...deployments.flatMap((one) => addressesOf(one).map((to) => `ecommerce/${one.metadata.name} → ${to}`)),
      ...ingressRoutes(),
      'ecommerce/db-migrations → datastore/postgres:5432',
      'datastore/temporal → datastore/postgres:5432',
      ...['temporal-ui', 'temporal-namespace'].map((name) => `datastore/${name} → datastore/temporal:7233`),
      ...members([7233, 7234, 7235, 7239, 9090]),
      ...parties
        .filter(({ labels }) => labels['app.kubernetes.io/part-of'] === 'ecommerce')
        .flatMap(({ name, ports }) =>
          ports.filter((port) => port.name === 'http').map(({ port }) => `monitoring/prometheus → ${name}:${port}`),
        ),
      'monitoring/prometheus → datastore/temporal:9090',
      'monitoring/grafana → monitoring/prometheus:9090',
      'ingress → acme:8089',
      'debug → datastore/postgres:5432',
      ...parties.filter(({ namespace }) => namespace !== 'kube-system').map(({ name }) => `${name} → dns:53`),
      // Prometheus reads the Kubernetes API, whose address is not known here.
      'monitoring/prometheus → stranger:443',
      // Our policies do not select these parties, so they may connect to each other.
      ...['ingress', 'dns', 'debug'].flatMap((name) => [443, 5432].map((port) => `${name} → stranger:${port}`)),
      ...[443, 5432].map((port) => `stranger → stranger:${port}`),
      'dns → dns:53',
    ]);
    const mayTalk = createNetwork(objects);
    const allowed = parties.flatMap((from) =>
      parties.flatMap((to) =>
        to.ports.filter(({ port }) => mayTalk(from, to, port)).map(({ port }) => `${from.name} → ${to.name}:${port}`),
      ),
    );
    expect(new Set(allowed)).toEqual(wanted);
  });
});

const policies = (ingressRules: string) =>
  createNetwork(
    objectsIn(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: it, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: ${ingressRules} }
`),
  );
const db = {
  name: 'db',
  namespace: 'shop',
  labels: { app: 'db' },
  ports: [{ name: 'sql', port: 5432 }, { port: 9000 }],
};
const web = { name: 'web', namespace: 'shop', labels: { app: 'web' }, ports: [{ port: 80 }] };

test('createNetwork reads policies as Kubernetes does', () => {
  const none = policies('[]');
  expect([none(web, db, 5432), none(db, web, 80)]).toEqual([false, true]);
  const named = policies('[{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: sql }] }]');
  expect([named(web, db, 5432), named(web, db, 9000), named(stranger, db, 5432)]).toEqual([true, false, false]);
  const byNamespace = policies(
    '[{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: default } } }] }]',
  );
  expect([byNamespace(stranger, db, 9000), byNamespace(web, db, 9000)]).toEqual([true, false]);
  const twoPeers = policies(
    '[{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: default } } }, { podSelector: {} }] }]',
  );
  expect([twoPeers(stranger, db, 9000), twoPeers(web, db, 9000)]).toEqual([true, true]);
  expect(() => policies('[{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]')).toThrow('ipBlock');
});
