import { z } from 'zod';
import { defaultIssuer, jwksCacheSeconds } from '../../platform/auth/token-rules.ts';
import { isProduction } from '../../platform/config/mode.ts';

const whole = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

const secret = z.string({ error: 'must be set in production' }).min(32, 'must have at least 32 characters');

const common = z.object({
  JWT_ISSUER: z.string().min(1).default(defaultIssuer),
  BCRYPT_COST: z.coerce.number().int().min(4).max(16).default(12),
  SIGNING_KEY_DAYS: whole(30),
  JWKS_CACHE_SECONDS: whole(jwksCacheSeconds),
  LOGIN_WINDOW_SECONDS: whole(900),
  LOGIN_FAILURES_PER_ACCOUNT: whole(10),
});

const password = z.string().refine((text) => {
  const bytes = Buffer.byteLength(text);
  return bytes >= 8 && bytes <= 72;
}, 'must have 8 to 72 bytes');

const production = common.extend({
  JWT_SECRET: secret,
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: password.optional(),
  LOGIN_FAILURES_PER_ADDRESS: whole(100),
  REGISTRATIONS_PER_ADDRESS_AND_HOUR: whole(100),
});

type Settings = z.infer<typeof production>;

const guarded = production.refine((read) => read.ADMIN_EMAIL === undefined || read.ADMIN_PASSWORD !== undefined, {
  path: ['ADMIN_PASSWORD'],
  message: 'must be set where ADMIN_EMAIL is',
});

const development = common.extend({
  JWT_SECRET: secret.default('development-only-secret-of-32-characters'),
  ADMIN_EMAIL: z.email().default('admin@example.com'),
  ADMIN_PASSWORD: password.default('admin-development-only'),
  LOGIN_FAILURES_PER_ADDRESS: whole(10_000),
  REGISTRATIONS_PER_ADDRESS_AND_HOUR: whole(100_000),
});

export interface RateLimits {
  readonly loginWindowSeconds: number;
  /** Failed logins to one account from one address within the window. */
  readonly loginFailuresPerAccount: number;
  /** Failed logins from one address within the window. */
  readonly loginFailuresPerAddress: number;
  readonly registrationsPerAddressAndHour: number;
}

export interface SsoConfig {
  /** Encrypts the signing keys and derives refresh tokens: all replicas must share it. */
  readonly secret: string;
  readonly issuer: string;
  readonly bcryptCost: number;
  /** A signing key that is older is replaced. */
  readonly signingKeyDays: number;
  /** How long `ValidateToken` keeps the key set. */
  readonly jwksCacheSeconds: number;
  /** The administrator made at start. */
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly limits: RateLimits;
}

/**
 * Reads the service's settings; throws a ZodError naming every setting that is wrong. Outside production secrets have
 * well-known defaults and the limits by address let a test suite on one machine through.
 */
export function readSsoConfig(env: Readonly<Record<string, string | undefined>>): SsoConfig {
  const read: Settings = isProduction(env) ? guarded.parse(env) : development.parse(env);
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: adminPassword } = read;
  return {
    secret: read.JWT_SECRET,
    issuer: read.JWT_ISSUER,
    bcryptCost: read.BCRYPT_COST,
    signingKeyDays: read.SIGNING_KEY_DAYS,
    jwksCacheSeconds: read.JWKS_CACHE_SECONDS,
    admin: email === undefined || adminPassword === undefined ? undefined : { email, password: adminPassword },
    limits: {
      loginWindowSeconds: read.LOGIN_WINDOW_SECONDS,
      loginFailuresPerAccount: read.LOGIN_FAILURES_PER_ACCOUNT,
      loginFailuresPerAddress: read.LOGIN_FAILURES_PER_ADDRESS,
      registrationsPerAddressAndHour: read.REGISTRATIONS_PER_ADDRESS_AND_HOUR,
    },
  };
}
