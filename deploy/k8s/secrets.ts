/**
 * `npm run --silent k8s:secrets | kubectl create -f -`: creates the namespaces, and every secret that the manifests
 * refer to, with new random values. `create` does not change existing objects: to replace a secret, delete it first.
 *
 * Setting: ADMIN_EMAIL, the address of the first administrator (default admin@example.com).
 */
import { createHash, randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { makeServiceKeyPair } from '../../platform/auth/service-key-pair.ts';
import { databaseOwnerOf, keyHolders, owners, roles, rowOf, schemaOf } from '../../runtime/registry.ts';

type Values = Readonly<Record<string, string>>;

const random = (bytes = 24) => randomBytes(bytes).toString('base64url');
const databaseHost = 'postgres.datastore.svc.cluster.local:5432';
const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: restricted } });

const secret = (namespaceName: string, name: string, stringData: Values) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: namespaceName, annotations: { 'argocd.argoproj.io/sync-wave': '-2' } },
  type: 'Opaque',
  stringData,
});

/** A key for each holder of a service key: the private keys as JWKs, the public keys as one key set. */
function serviceKeys(): { publicJwks: string; privateJwks: Readonly<Record<string, string>> } {
  const pairs = keyHolders.map(makeServiceKeyPair);
  return {
    publicJwks: JSON.stringify({ keys: pairs.map(({ publicJwk }) => publicJwk) }),
    privateJwks: Object.fromEntries(pairs.map(({ privateJwk }) => [privateJwk.kid, JSON.stringify(privateJwk)])),
  };
}

/**
 * A line of an htpasswd file. SHA-1 is the strongest hash that both nginx and Node support here. It is enough, because
 * the password is 24 random bytes.
 */
function htpasswd(user: string, password: string): string {
  return `${user}:{SHA}${createHash('sha1').update(password).digest('base64')}`;
}

/** All objects that must exist before the manifests are applied. */
export function bootstrapObjects(adminEmail: string): readonly object[] {
  // Each service signs in to Postgres as a role with the name of its schema (deploy/postgres/init.sh).
  const users = ['migrator', ...owners.map(schemaOf), 'temporal'];
  const passwords: Values = Object.fromEntries(users.map((user) => [user, random()]));
  const url = (user: string) => `postgres://${user}:${passwords[user]}@${databaseHost}/ecommerce`;
  const redisPassword = random();
  const redis = { REDIS_URL: `redis://:${redisPassword}@redis.datastore.svc.cluster.local:6379` };
  const operatorPassword = random();
  const { publicJwks, privateJwks } = serviceKeys();
  const auditorPassword = random();
  const auditUrl = `postgres://ecommerce_auditor:${auditorPassword}@${databaseHost}/ecommerce`;
  const inPostgres = Object.entries(passwords).map(([user, password]) => [`${user.toUpperCase()}_PASSWORD`, password]);
  const shop = (name: string, values: Values) => secret('ecommerce', name, values);
  const ssoOnly = { JWT_SECRET: random(48), ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: random(18) };
  const ofRoles = roles.map((role) => {
    const { name, needs, audits } = rowOf(role);
    const owner = databaseOwnerOf(role);
    return shop(name, {
      ...(owner === undefined ? {} : { DATABASE_URL: url(schemaOf(owner)) }),
      ...(needs.includes('redis') ? redis : {}),
      ...(role === 'sso' ? ssoOnly : {}),
      ...(audits ? { AUDIT_DATABASE_URL: auditUrl } : {}),
    });
  });
  return [
    ...['ecommerce', 'datastore', 'monitoring'].map(namespace),
    secret('datastore', 'postgres', {
      ...{ POSTGRES_PASSWORD: random(), AUDITOR_PASSWORD: auditorPassword },
      ...Object.fromEntries(inPostgres),
    }),
    secret('datastore', 'redis', { 'auth.conf': `requirepass ${redisPassword}\n`, password: redisPassword }),
    secret('datastore', 'operators', { auth: htpasswd('operator', operatorPassword), password: operatorPassword }),
    secret('monitoring', 'grafana', { 'admin-user': 'admin', 'admin-password': random() }),
    shop('db-migrations', { DATABASE_URL: url('migrator') }),
    ...ofRoles.filter(({ stringData }) => Object.keys(stringData).length > 0),
    shop('service-keys-public', { 'public.json': publicJwks }),
    ...Object.entries(privateJwks).map(([caller, jwk]) => shop(`service-key-${caller}`, { [`${caller}.json`]: jwk })),
  ];
}

if (import.meta.main) {
  const objects = bootstrapObjects(process.env['ADMIN_EMAIL'] ?? 'admin@example.com');
  process.stdout.write(objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n'));
}
