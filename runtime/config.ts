import { join } from 'node:path';
import { readAuditConfig, type AuditConfig } from '../audit/config.ts';
import { readCartConfig } from '../services/cart/config.ts';
import { readCheckoutConfig } from '../services/checkout/config.ts';
import { readOrderConfig } from '../services/order/config.ts';
import { readAddresses, type Addresses } from './addresses.ts';
import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { withEnvFile } from '../platform/config/env-file.ts';
import { ConfigError, createSettingsReader, withoutEmpty, type Env } from '../platform/config/errors.ts';
import { withCurrentNames } from '../platform/config/former-names.ts';
import { isProduction } from '../platform/config/mode.ts';
import { formerNames } from './former-names.ts';
import { readPorts, type Ports } from './ports.ts';
import { readProcessConfig, type ProcessConfig } from '../platform/config/process-config.ts';
import { roles as allRoles, rowOf, databaseOwnerOf, servesRpc, type Owner, type Role } from './registry.ts';
import { readCheckoutSettings, type CheckoutSettings } from '../workflows/client/settings.ts';
import { readProductsConfig } from '../services/products/config.ts';
import { readRelayConfig } from './relay/config.ts';
import { readSsoConfig } from '../services/sso/config.ts';
import { readWalletConfig } from '../services/wallet/config.ts';
import { readWorkerConfig } from './worker/config.ts';
import { planShutdown, type ShutdownPlan } from './shutdown.ts';

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

export type ServiceConfigs = { readonly [R in Role]?: ReturnType<(typeof readers)[R]> | undefined };

const root = join(import.meta.dirname, '..');

/** The settings as every reader sees them. Whoever runs Node in production means it of the platform, too. */
function prepared(given: Env): Env {
  const env = withoutEmpty(given);
  return isProduction(env) ? { ...env, APP_ENV: 'production' } : env;
}

/** A service's own `.env` file speaks to that service; it speaks for the process if that has no other role. */
function envOf(env: Env, role: Role, warnings = new Set<string>()): Env {
  const file = withCurrentNames(withEnvFile({}, join(root, rowOf(role).folder)), formerNames);
  for (const warning of file.warnings) warnings.add(warning);
  return { ...file.env, ...env };
}

/** @throws ConfigError with everything that is wrong */
export function readRuntimeConfig(given: Env, roles: readonly Role[]): RuntimeConfig {
  const current = withCurrentNames(prepared(given), formerNames);
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
  const owners = [...new Set(roles.flatMap((role) => databaseOwnerOf(role) ?? []))];
  const databases = owners.map((owner): [Owner, string | undefined] => [
    owner,
    reader.read(() => readDatabaseUrl(envOf(processEnv, owner), owner)),
  ]);
  const audit = roles.some((role) => rowOf(role).audits)
    ? reader.read(() => readAudit(processEnv, databases))
    : undefined;
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
  const known = databases.map(([owner, url]) => [rowOf(owner).books, url] as const);
  return readAuditConfig(env, Object.fromEntries(known.filter(([books]) => books !== undefined)));
}

function shutdownOf({ roles, process, services }: Omit<RuntimeConfig, 'shutdown'>): ShutdownPlan {
  const workerGraceSeconds = services.worker?.shutdownGraceSeconds ?? 1;
  return planShutdown({ ...process.shutdown, workerGraceSeconds, servesRpc: roles.some(servesRpc) });
}

/** The databases of services, for migrations. @throws ConfigError */
export function readDatabaseUrls(given: Env, owners: readonly Owner[]): readonly { owner: Owner; url: string }[] {
  const env = prepared(given);
  const reader = createSettingsReader();
  const urls = owners.map((owner) => ({
    owner,
    url: reader.read(() => readDatabaseUrl(envOf(env, owner), owner)) ?? '',
  }));
  reader.check();
  return urls;
}

const consumers = allRoles.filter((role) => role !== 'relay' && rowOf(role).needs.includes('kafka'));

/** Without Kafka the relay hands events to the consumers beside it: in other processes they would hear nothing. */
function checkEvents(roles: readonly Role[], env: Env): void {
  if (env['KAFKA_BROKERS'] !== undefined || !roles.includes('relay')) return;
  const unreached = consumers.filter((role) => !roles.includes(role)).join(', ');
  if (unreached === '') return;
  throw new ConfigError([
    `KAFKA_BROKERS: missing, and without Kafka the relay must run in the same process as ${unreached}`,
  ]);
}

/** Only a process that has every role needs no key that others know. */
function checkKeys(roles: readonly Role[], env: Env): void {
  if (env['SERVICE_KEYS_DIR'] !== undefined || allRoles.every((role) => roles.includes(role))) return;
  throw new ConfigError(['SERVICE_KEYS_DIR: missing, and services in several processes must know each other by keys']);
}
