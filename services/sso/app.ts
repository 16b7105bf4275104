import { sql } from 'drizzle-orm';
import type { Redis } from 'ioredis';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { createAccessTokenVerifier } from '../../platform/auth/access-token.ts';
import type { Database } from '../../platform/data/db/database.ts';
import { redisFailures } from '../../platform/data/redis/metrics.ts';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import type { SsoConfig } from './config.ts';
import type { SsoDeps } from './domain/deps.ts';
import { ensureAdmin } from './domain/ensure-admin.ts';
import { createRefreshTokens } from './domain/refresh-token.ts';
import { createKeyRing, type KeyRing } from './keys/key-ring.ts';
import { rotationRules } from './keys/rules.ts';
import { deriveSecrets } from './keys/seal.ts';
import { createSsoMetrics } from './metrics.ts';
import { createPasswords } from './passwords.ts';
import { createAttemptLimits } from './rate-limits.ts';
import { createSsoRepository } from './repository.ts';
import { keySetRoute, publicRoutes } from './routes.ts';

export interface SsoAppDeps {
  readonly db: Database;
  /** Shares rate limits among replicas; may be away. */
  readonly redis?: Redis | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: SsoConfig;
  readonly clock?: (() => Date) | undefined;
}

export interface SsoService extends Service {
  /** For verifiers in this process; others read `/.well-known/jwks.json`. Before `start` there may be no key. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** See `KeyRing.rotate`. */
  readonly rotateSigningKey: KeyRing['rotate'];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Users, sessions, access tokens and the keys that sign them. */
export function buildSso(app: SsoAppDeps): SsoService {
  const { db, redis, logger, registry, config, clock = () => new Date() } = app;
  const secrets = deriveSecrets(config.secret);
  const repository = createSsoRepository(db);
  const keys = createKeyRing({
    repository,
    sealingKey: secrets.signingKeys,
    issuer: config.issuer,
    clock,
    rules: rotationRules(config),
  });
  const deps: SsoDeps = {
    repository,
    passwords: createPasswords({ cost: config.bcryptCost }),
    limits: createAttemptLimits(redis, config.limits, redisFailures(registry)),
    keys,
    refreshTokens: createRefreshTokens(secrets.refreshTokens),
    verifier: createAccessTokenVerifier({
      fetchJwks: keys.jwks,
      issuer: config.issuer,
      cacheSeconds: config.jwksCacheSeconds,
    }),
    metrics: createSsoMetrics(registry),
    clock,
  };
  let loops: readonly Loop[] = [];
  return {
    role: 'sso',
    routes: publicRoutes(deps),
    heavyMethods: [AuthService.method.register, AuthService.method.login, AuthService.method.changePassword],
    http: keySetRoute(deps),
    jwks: keys.jwks,
    rotateSigningKey: keys.rotate,
    checks: { postgres: async () => void (await db.execute(sql`select 1 from sso.users limit 1`)) },
    start: async () => {
      await keys.maintain();
      if (config.admin !== undefined && (await ensureAdmin(deps, config.admin)) === 'not_an_admin') {
        logger.warn('ADMIN_EMAIL belongs to a user who is not an administrator; no administrator was made');
      }
      loops = [
        startLoop({ name: 'signing key upkeep', pauseMs: minuteMs, logger }, keys.maintain),
        startLoop({ name: 'session sweep', pauseMs: 60 * minuteMs, logger }, async () => {
          await repository.forgetSessions(new Date(clock().getTime() - dayMs));
        }),
      ];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
