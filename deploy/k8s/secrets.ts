/**
 * `npm run --silent k8s:secrets | kubectl create -f -`: the namespaces, and every secret that the manifests refer to, with
 * new random values. `create` leaves alone what is there: to change a secret, delete it first.
 *
 * Settings: ADMIN_EMAIL (the first administrator; default admin@example.com).
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { serviceCallers } from '../../platform/auth/service-keys.ts';

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

/** An Ed25519 pair for each caller of internal RPCs: its own half as JWK, everybody's public halves as a key set. */
function serviceKeys(): { publicJwks: string; privateJwks: Readonly<Record<string, string>> } {
  const keys = serviceCallers.map((caller) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const marks = { kid: caller, alg: 'EdDSA', use: 'sig' };
    return {
      caller,
      open: { ...publicKey.export({ format: 'jwk' }), ...marks },
      own: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...marks }),
    };
  });
  return {
    publicJwks: JSON.stringify({ keys: keys.map(({ open }) => open) }),
    privateJwks: Object.fromEntries(keys.map(({ caller, own }) => [caller, own])),
  };
}

/** A line of an htpasswd file. SHA-1 is the strongest that both nginx and Node know; the password is 24 random bytes. */
function htpasswd(user: string, password: string): string {
  return `${user}:{SHA}${createHash('sha1').update(password).digest('base64')}`;
}

/** Everything that has to be there before the manifests are applied. */
export function bootstrapObjects(adminEmail: string): readonly object[] {
  const users = ['migrator', 'sso', 'products', 'wallet', 'cart', 'orders', 'temporal'] as const;
  const passwords = Object.fromEntries(users.map((user) => [user, random()])) as Record<(typeof users)[number], string>;
  const url = (user: (typeof users)[number]) => `postgres://${user}:${passwords[user]}@${databaseHost}/ecommerce`;
  const redisPassword = random();
  const redis = { REDIS_URL: `redis://:${redisPassword}@redis.datastore.svc.cluster.local:6379` };
  const operatorPassword = random();
  const { publicJwks, privateJwks } = serviceKeys();
  const auditorPassword = random();
  const auditUrl = `postgres://ecommerce_auditor:${auditorPassword}@${databaseHost}/ecommerce`;
  const inPostgres = users.map((user) => [`${user.toUpperCase()}_PASSWORD`, passwords[user]]);
  const shop = (name: string, values: Values) => secret('ecommerce', name, values);
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
    shop('sso-service', {
      ...{ DATABASE_URL: url('sso'), ...redis, JWT_SECRET: random(48) },
      ...{ ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: random(18) },
    }),
    shop('products-service', { DATABASE_URL: url('products'), ...redis }),
    shop('wallet-service', { DATABASE_URL: url('wallet'), ...redis }),
    shop('cart-service', { DATABASE_URL: url('cart'), ...redis }),
    shop('order-service', { DATABASE_URL: url('orders') }),
    shop('checkout-worker', { AUDIT_DATABASE_URL: auditUrl }),
    shop('order-relay', { DATABASE_URL: url('orders') }),
    shop('service-keys-public', { 'public.json': publicJwks }),
    ...Object.entries(privateJwks).map(([caller, jwk]) => shop(`service-key-${caller}`, { [`${caller}.json`]: jwk })),
  ];
}

if (import.meta.main) {
  const objects = bootstrapObjects(process.env['ADMIN_EMAIL'] ?? 'admin@example.com');
  process.stdout.write(objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n'));
}
