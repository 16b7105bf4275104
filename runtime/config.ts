import { join } from 'node:path';
import { readAuditConfig, type AuditConfig } from '../audit/config.ts';
import { cartFormerNames, readCartConfig, type CartConfig } from '../services/cart/config.ts';
import { checkoutFormerNames, readCheckoutConfig, type CheckoutConfig } from '../services/checkout/config.ts';
import { orderFormerNames, readOrderConfig, type OrderConfig } from '../services/order/config.ts';
import { readAddresses, type Addresses } from './addresses.ts';
import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { withEnvFile } from '../platform/config/env-file.ts';
import { ConfigError, createSettingsReader, withoutEmpty, type Env } from '../platform/config/errors.ts';
import { withCurrentNames, type FormerNames } from '../platform/config/former-names.ts';
import { isProduction } from '../platform/config/mode.ts';
import { readPorts, servesRpc, type Ports } from './ports.ts';
import { readProcessConfig, type ProcessConfig } from '../platform/config/process-config.ts';
import type { Role } from '../platform/service.ts';
import { readCheckoutSettings } from '../workflows/client/settings.ts';
import type { CheckoutSettings } from '../workflows/client/start-options.ts';
import { productsFormerNames, readProductsConfig, type ProductsConfig } from '../services/products/config.ts';
import { readRelayConfig, relayFormerNames, type RelayConfig } from './relay/config.ts';
import { readSsoConfig, ssoFormerNames, type SsoConfig } from '../services/sso/config.ts';
import { readWalletConfig, walletFormerNames, type WalletConfig } from '../services/wallet/config.ts';
import { readWorkerConfig, workerFormerNames, type WorkerConfig } from './worker/config.ts';
import { planShutdown, type ShutdownPlan } from './shutdown.ts';

/** Services with a schema of their own, with its name. */
export const schemas = { sso: 'sso', products: 'products', wallet: 'wallet', cart: 'cart', order: 'orders' } as const;
export type Owner = keyof typeof schemas;

/** Everything a process is told. Services' own settings are there for the roles that it has. */
export interface RuntimeConfig {
  readonly roles: readonly Role[];
  readonly process: ProcessConfig;
  readonly ports: Ports;
  readonly addresses: Addresses;
  readonly databases: Readonly<Partial<Record<Owner, string>>>;
  /** How checkouts are started. */
  readonly checkouts: CheckoutSettings;
  /** How, and on which databases, this process audits; for a worker only. */
  readonly audit?: AuditConfig | undefined;
  readonly services: ServiceConfigs;
  readonly shutdown: ShutdownPlan;
  /** What the log says of these settings at start. */
  readonly warnings: readonly string[];
}

export interface ServiceConfigs {
  readonly sso?: SsoConfig | undefined;
  readonly products?: ProductsConfig | undefined;
  readonly wallet?: WalletConfig | undefined;
  readonly cart?: CartConfig | undefined;
  readonly order?: OrderConfig | undefined;
  readonly checkout?: CheckoutConfig | undefined;
  readonly worker?: WorkerConfig | undefined;
  readonly relay?: RelayConfig | undefined;
}

/** What reads each role's own settings. */
export const readers = {
  sso: readSsoConfig,
  products: readProductsConfig,
  wallet: readWalletConfig,
  cart: readCartConfig,
  order: readOrderConfig,
  checkout: readCheckoutConfig,
  worker: readWorkerConfig,
  relay: readRelayConfig,
} as const satisfies Record<Role, (env: Env) => unknown>;

/** The names that each role's own settings had. */
export const formerNames = {
  sso: ssoFormerNames,
  products: productsFormerNames,
  wallet: walletFormerNames,
  cart: cartFormerNames,
  order: orderFormerNames,
  checkout: checkoutFormerNames,
  worker: workerFormerNames,
  relay: relayFormerNames,
} as const satisfies Record<Role, FormerNames>;

const ownersOf: Readonly<Record<Role, readonly Owner[]>> = {
  sso: ['sso'],
  products: ['products'],
  wallet: ['wallet'],
  cart: ['cart'],
  order: ['order'],
  checkout: [],
  worker: [],
  relay: ['order'],
};

const root = join(import.meta.dirname, '..');

/** A service's own `.env` file speaks to that service; it speaks for the process if that has no other role. */
function envOf(env: Env, role: Role, warnings = new Set<string>()): Env {
  const folder = role === 'worker' || role === 'relay' ? 'runtime' : 'services';
  const file = withCurrentNames(withEnvFile({}, join(root, folder, role)), formerNames[role]);
  for (const warning of file.warnings) warnings.add(warning);
  return { ...file.env, ...env };
}

/** @throws ConfigError with everything that is wrong */
export function readRuntimeConfig(given: Env, roles: readonly Role[]): RuntimeConfig {
  const named: FormerNames = Object.assign({}, ...roles.map((role) => formerNames[role]));
  const current = withCurrentNames(withProduction(withoutEmpty(given)), named);
  const { env } = current;
  const warnings = new Set(current.warnings);
  const reader = createSettingsReader();
  const [onlyRole, ...others] = roles;
  const processEnv = onlyRole !== undefined && others.length === 0 ? envOf(env, onlyRole, warnings) : env;
  const config = {
    process: reader.read(() => readProcessConfig(processEnv)),
    ports: reader.read(() => readPorts(processEnv, roles)),
    addresses: reader.read(() => readAddresses(processEnv, new Set(roles))),
    checkouts: reader.read(() => readCheckoutSettings(processEnv)),
  };
  const owners = [...new Set(roles.flatMap((role) => ownersOf[role]))];
  const databases = owners.map((owner): [Owner, string | undefined] => [
    owner,
    reader.read(() => readDatabaseUrl(envOf(processEnv, owner), owner)),
  ]);
  const audit = roles.includes('worker') ? reader.read(() => readAudit(processEnv, databases)) : undefined;
  const services = roles.map((role) => [role, reader.read(() => readers[role](envOf(processEnv, role, warnings)))]);
  reader.read(() => checkEvents(roles, processEnv));
  reader.read(() => checkKeys(roles, processEnv));
  reader.check();
  const read = {
    roles,
    databases: Object.fromEntries(databases),
    services: Object.fromEntries(services),
    audit,
    warnings: [...warnings],
    ...config,
  } as Omit<RuntimeConfig, 'shutdown'>;
  return { ...read, shutdown: shutdownOf(read) };
}

/** A process that has every service knows where the books are; a worker of its own is told. */
function readAudit(env: Env, databases: readonly (readonly [Owner, string | undefined])[]): AuditConfig {
  const { order, ...others } = Object.fromEntries(databases) as Partial<Record<Owner, string>>;
  return readAuditConfig(env, { ...others, ...(order === undefined ? {} : { orders: order }) });
}

function shutdownOf({ roles, process, services }: Omit<RuntimeConfig, 'shutdown'>): ShutdownPlan {
  const workerGraceSeconds = services.worker?.shutdownGraceSeconds ?? 1;
  return planShutdown({ ...process.shutdown, workerGraceSeconds, servesRpc: roles.some(servesRpc) });
}

/** The databases of services, for migrations. @throws ConfigError */
export function readDatabaseUrls(given: Env, owners: readonly Owner[]): readonly { owner: Owner; url: string }[] {
  const env = withProduction(withoutEmpty(given));
  const reader = createSettingsReader();
  const urls = owners.map((owner) => ({
    owner,
    url: reader.read(() => readDatabaseUrl(envOf(env, owner), owner)) ?? '',
  }));
  reader.check();
  return urls;
}

/** Whoever runs Node in production means it of the platform, too. */
function withProduction(env: Env): Env {
  return isProduction(env) ? { ...env, APP_ENV: 'production' } : env;
}

/** Without Kafka the relay hands events to the consumers beside it: elsewhere they would hear nothing. */
function checkEvents(roles: readonly Role[], env: Env): void {
  if (env['KAFKA_BROKERS'] !== undefined || !roles.includes('relay') || roles.includes('cart')) return;
  throw new ConfigError(['KAFKA_BROKERS: missing, and without Kafka the relay must run in the same process as cart']);
}

/** Only a process that has every role needs no key that others know. */
function checkKeys(roles: readonly Role[], env: Env): void {
  const whole = new Set<string>(roles);
  if (env['SERVICE_KEYS_DIR'] !== undefined || Object.keys(readers).every((role) => whole.has(role))) return;
  throw new ConfigError(['SERVICE_KEYS_DIR: missing, and services in several processes must know each other by keys']);
}
