import { z } from 'zod';
import { defaultIssuer, jwksCacheSeconds } from '../../platform/auth/token-rules.ts';
import type { FormerNames } from '../../platform/config/former-names.ts';
import { isProduction } from '../../platform/config/mode.ts';
import { normalizeEmail } from './domain/email.ts';
import { passwordProblem } from './domain/password.ts';

export const ssoFormerNames: FormerNames = {
  BCRYPT_COST: 'SSO_BCRYPT_COST',
  SIGNING_KEY_DAYS: 'SSO_SIGNING_KEY_DAYS',
  LOGIN_WINDOW_SECONDS: 'SSO_LOGIN_WINDOW_SECONDS',
  LOGIN_FAILURES_PER_ACCOUNT: 'SSO_LOGIN_FAILURES_PER_ACCOUNT',
  LOGIN_FAILURES_PER_ADDRESS: 'SSO_LOGIN_FAILURES_PER_ADDRESS',
  REGISTRATIONS_PER_ADDRESS_AND_HOUR: 'SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR',
};

const whole = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

const secret = z.string({ error: 'must be set in production' }).min(32, 'must have at least 32 characters');

const common = z.object({
  JWT_ISSUER: z.string().min(1).default(defaultIssuer),
  SSO_BCRYPT_COST: z.coerce.number().int().min(4).max(16).default(12),
  SSO_SIGNING_KEY_DAYS: whole(30),
  JWKS_CACHE_SECONDS: whole(jwksCacheSeconds),
  SSO_LOGIN_WINDOW_SECONDS: whole(900),
  SSO_LOGIN_FAILURES_PER_ACCOUNT: whole(10),
});

/** The address of an account that is created at the start. Spaces around it do not count. */
export const accountEmail = z.string().transform(normalizeEmail).pipe(z.email());

/** The password of such an account. */
export const accountPassword = z
  .string()
  .refine((text) => passwordProblem(text) === undefined, 'must have 8 to 72 bytes');

const production = common.extend({
  JWT_SECRET: secret,
  ADMIN_EMAIL: accountEmail.optional(),
  ADMIN_PASSWORD: accountPassword.optional(),
  SSO_LOGIN_FAILURES_PER_ADDRESS: whole(100),
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: whole(100),
});

type Settings = z.infer<typeof production>;

const guarded = production.refine((read) => read.ADMIN_EMAIL === undefined || read.ADMIN_PASSWORD !== undefined, {
  path: ['ADMIN_PASSWORD'],
  message: 'must be set if ADMIN_EMAIL is set',
});

const development = common.extend({
  JWT_SECRET: secret.default('development-only-secret-of-32-characters'),
  ADMIN_EMAIL: accountEmail.default('admin@example.com'),
  ADMIN_PASSWORD: accountPassword.default('admin-development-only'),
  SSO_LOGIN_FAILURES_PER_ADDRESS: whole(10_000),
  SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR: whole(100_000),
});

export interface RateLimits {
  readonly loginWindowSeconds: number;
  /** Failed logins to one account from one IP address within the window. */
  readonly loginFailuresPerAccount: number;
  /** Failed logins from one IP address within the window. */
  readonly loginFailuresPerAddress: number;
  readonly registrationsPerAddressAndHour: number;
}

export interface SsoConfig {
  /** Seals the signing keys and derives refresh tokens. All replicas must have the same. */
  readonly secret: string;
  readonly issuer: string;
  readonly bcryptCost: number;
  /** A signing key that has signed this long is replaced. */
  readonly signingKeyDays: number;
  /** How long `ValidateToken` caches the key set. */
  readonly jwksCacheSeconds: number;
  /** The administrator that is created at the start. */
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly limits: RateLimits;
}

/**
 * Reads the sso service's settings. Outside production secrets have well-known defaults, and the limits for an IP
 * address are so high that a test suite on one machine does not reach them.
 * @throws ZodError that names each bad setting
 */
export function readSsoConfig(env: Readonly<Record<string, string | undefined>>): SsoConfig {
  const read: Settings = isProduction(env) ? guarded.parse(env) : development.parse(env);
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: adminPassword } = read;
  return {
    secret: read.JWT_SECRET,
    issuer: read.JWT_ISSUER,
    bcryptCost: read.SSO_BCRYPT_COST,
    signingKeyDays: read.SSO_SIGNING_KEY_DAYS,
    jwksCacheSeconds: read.JWKS_CACHE_SECONDS,
    admin: email === undefined || adminPassword === undefined ? undefined : { email, password: adminPassword },
    limits: {
      loginWindowSeconds: read.SSO_LOGIN_WINDOW_SECONDS,
      loginFailuresPerAccount: read.SSO_LOGIN_FAILURES_PER_ACCOUNT,
      loginFailuresPerAddress: read.SSO_LOGIN_FAILURES_PER_ADDRESS,
      registrationsPerAddressAndHour: read.SSO_REGISTRATIONS_PER_ADDRESS_AND_HOUR,
    },
  };
}
