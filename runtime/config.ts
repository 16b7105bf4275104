import { join } from 'node:path';
import { readAuditConfig, type AuditConfig } from '../audit/config.ts';
import { readCartConfig } from '../services/cart/config.ts';
import { readCheckoutConfig } from '../services/checkout/config.ts';
import { readOrderConfig } from '../services/order/config.ts';
import { readBackofficeConfig } from '../services/backoffice/config.ts';
import { readAddresses, type Addresses } from './addresses.ts';
import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { withEnvFile } from '../platform/config/env-file.ts';
import { ConfigError, createSettingsReader, withoutEmpty, type Env } from '../platform/config/errors.ts';
import { withCurrentNames } from '../platform/config/former-names.ts';
import { isProduction } from '../platform/config/mode.ts';
import { developmentAccounts, type Account } from './front/accounts.ts';
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

/** All settings of a process. `services` has an entry for each of its roles. */
export interface RuntimeConfig {
  readonly roles: readonly Role[];
  readonly process: ProcessConfig;
  readonly ports: Ports;
  readonly addresses: Addresses;
  readonly databases: Readonly<Partial<Record<Owner, string>>>;
  /** How checkouts are started. */
  readonly checkouts: CheckoutSettings;
  /** The settings of the audit; only for a worker. */
  readonly audit?: AuditConfig | undefined;
  readonly services: ServiceConfigs;
  /** Accounts with well-known passwords; none in production. */
  readonly accounts: readonly Account[];
  readonly shutdown: ShutdownPlan;
  /** Warnings about these settings, for the log at start. */
  readonly warnings: readonly string[];
}

/** For each role, the function that reads its settings. */
export const readers = {
  sso: readSsoConfig,
  products: readProductsConfig,
  wallet: readWalletConfig,
  cart: readCartConfig,
  order: readOrderConfig,
  backoffice: readBackofficeConfig,
  checkout: readCheckoutConfig,
  worker: readWorkerConfig,
  relay: readRelayConfig,
} as const satisfies Record<Role, (env: Env) => unknown>;

export type ServiceConfigs = { readonly [R in Role]?: ReturnType<(typeof readers)[R]> | undefined };

const root = join(import.meta.dirname, '..');

/** The settings without empty values. NODE_ENV=production also sets APP_ENV to production. */
function prepared(given: Env): Env {
  const env = withoutEmpty(given);
  return isProduction(env) ? { ...env, APP_ENV: 'production' } : env;
}

/** The settings of a role: the environment, and for missing names the `.env` file in the role's folder. */
function envOf(env: Env, role: Role, warnings = new Set<string>()): Env {
  const file = withCurrentNames(withEnvFile({}, join(root, rowOf(role).folder)), formerNames);
  for (const warning of file.warnings) warnings.add(warning);
  return { ...file.env, ...env };
}

/**
 * Reads all settings of a process with these roles. A process with one role also takes its process-wide settings from
 * the `.env` file of the role.
 * @throws ConfigError with all invalid and missing settings
 */
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
    accounts: developmentAccounts(processEnv),
    warnings: [...warnings],
    ...config,
  } as Omit<RuntimeConfig, 'shutdown'>;
  return { ...read, shutdown: shutdownOf(read) };
}

/** A process that hosts the services knows the addresses of their books. A separate worker needs AUDIT_… settings. */
function readAudit(env: Env, databases: readonly (readonly [Owner, string | undefined])[]): AuditConfig {
  const known = databases.map(([owner, url]) => [rowOf(owner).books, url] as const);
  return readAuditConfig(env, Object.fromEntries(known.filter(([books]) => books !== undefined)));
}

function shutdownOf({ roles, process, services }: Omit<RuntimeConfig, 'shutdown'>): ShutdownPlan {
  const workerGraceSeconds = services.worker?.shutdownGraceSeconds ?? 1;
  return planShutdown({ ...process.shutdown, workerGraceSeconds, servesRpc: roles.some(servesRpc) });
}

/** The addresses of the databases, for migrations. @throws ConfigError with all that are missing or invalid */
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

/** Without Kafka the relay passes events to the consumers of its own process. Consumers in other processes get none. */
function checkEvents(roles: readonly Role[], env: Env): void {
  if (env['KAFKA_BROKERS'] !== undefined || !roles.includes('relay')) return;
  const unreached = consumers.filter((role) => !roles.includes(role)).join(', ');
  if (unreached === '') return;
  throw new ConfigError([
    `KAFKA_BROKERS: missing. Set it, or run relay and ${unreached} in one process: without Kafka, events do not leave the process`,
  ]);
}

/** A process with all roles makes its own keys. Any other process needs keys that the other processes know. */
function checkKeys(roles: readonly Role[], env: Env): void {
  if (env['SERVICE_KEYS_DIR'] !== undefined || allRoles.every((role) => roles.includes(role))) return;
  throw new ConfigError([
    'SERVICE_KEYS_DIR: missing. Set it to the folder with the service keys: processes need them to verify each other',
  ]);
}
