import type { Redis } from 'ioredis';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { createAccessTokenVerifier } from '../../platform/auth/access-token.ts';
import type { Database, Executor } from '../../platform/data/db/database.ts';
import { redisFailures } from '../../platform/data/redis/metrics.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { createKeyRing } from './adapters/key-ring.ts';
import { createPasswords } from './adapters/passwords.ts';
import { createAttemptLimits, type MemoryLimiter } from './adapters/rate-limits.ts';
import type { SsoConfig } from './config.ts';
import type { SsoDeps } from './domain/deps.ts';
import { ensureAdmin } from './domain/ensure-admin.ts';
import { advanceKeys } from './domain/keys/advance.ts';
import type { KeyDeps } from './domain/keys/deps.ts';
import { rotateKeys, type RotationMode } from './domain/keys/rotate.ts';
import { rotationRules } from './domain/keys/rules.ts';
import { deriveSecrets } from './domain/keys/seal.ts';
import { createRefreshTokens } from './domain/refresh-token.ts';
import { createSsoMetrics } from './metrics.ts';
import { createSsoRepository } from './repository/index.ts';
import { httpRoutes, internalRoutes, publicRoutes } from './routes.ts';

export interface SsoAppDeps {
  readonly db: Database;
  /** Shares rate limits between replicas. The service works without it. */
  readonly redis?: Redis | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: SsoConfig;
  /** How many passwords are hashed at once. Default: one for each core. */
  readonly hashesAtOnce?: number | undefined;
  /** Counts attempts where Redis can't. Default: in this process. */
  readonly memoryLimiter?: MemoryLimiter | undefined;
  readonly clock?: (() => Date) | undefined;
}

export interface SsoService extends Service {
  /**
   * The key set, for verifiers in this process. Others read `/.well-known/jwks.json`. Before `start` it may be empty.
   */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** See `rotateKeys`. */
  readonly rotateSigningKey: (mode: RotationMode) => Promise<void>;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The sso service: users, sessions, access tokens and the keys that sign them. */
export function buildSso(app: SsoAppDeps): SsoService {
  const { db, redis, logger, registry, config, clock = () => new Date() } = app;
  const secrets = deriveSecrets(config.secret);
  const repository = createSsoRepository(db);
  const keyDeps: KeyDeps = { repository, sealingKey: secrets.signingKeys, rules: rotationRules(config), clock };
  const keys = createKeyRing({
    readKeys: repository.usableKeys,
    sealingKey: secrets.signingKeys,
    issuer: config.issuer,
  });
  const deps: SsoDeps = {
    repository,
    passwords: createPasswords({ cost: config.bcryptCost, concurrency: app.hashesAtOnce }),
    limits: createAttemptLimits(redis, config.limits, redisFailures(registry), app.memoryLimiter),
    keys,
    refreshTokens: createRefreshTokens(secrets.refreshTokens),
    verifier: createAccessTokenVerifier({
      fetchJwks: keys.readJwks,
      issuer: config.issuer,
      cacheSeconds: config.jwksCacheSeconds,
    }),
    metrics: createSsoMetrics(registry),
    clock,
  };
  const maintainKeys = async () => {
    await advanceKeys(keyDeps);
    await keys.reload();
  };
  let loops: readonly Loop[] = [];
  return {
    role: 'sso',
    routes: publicRoutes(deps),
    internalRoutes: internalRoutes(deps),
    heavyMethods: [AuthService.method.register, AuthService.method.login, AuthService.method.changePassword],
    http: httpRoutes(deps),
    jwks: keys.readJwks,
    rotateSigningKey: async (mode) => {
      await rotateKeys(keyDeps, { mode });
      await keys.reload();
    },
    checks: { postgres: repository.ping },
    start: async () => {
      await maintainKeys();
      if (config.admin !== undefined && (await ensureAdmin(deps, config.admin)) === 'not_an_admin') {
        logger.warn(
          'ADMIN_EMAIL belongs to a user who is not an administrator, so no administrator was created; set another address',
        );
      }
    },
    startUpkeep: () => {
      loops = [
        startLoop({ name: 'signing key upkeep', pauseMs: minuteMs, logger }, maintainKeys),
        startLoop({ name: 'session sweep', pauseMs: 60 * minuteMs, logger }, async (signal) => {
          await repository.forgetSessions(new Date(clock().getTime() - dayMs), signal);
        }),
      ];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

export interface KeyOperationsDeps {
  readonly db: Executor;
  /** `secret` must be that of the running services. */
  readonly config: Pick<SsoConfig, 'secret' | 'signingKeyDays'>;
  readonly clock?: (() => Date) | undefined;
}

/** What an operator's command needs to list and rotate keys in the database while sso runs. */
export function buildKeyOperations({ db, config, clock = () => new Date() }: KeyOperationsDeps): KeyDeps {
  const { signingKeys: sealingKey } = deriveSecrets(config.secret);
  return { repository: createSsoRepository(db), sealingKey, rules: rotationRules(config), clock };
}
