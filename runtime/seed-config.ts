import { z } from 'zod';
import type { Env } from '../platform/config/errors.ts';
import { isProduction } from '../platform/config/mode.ts';
import { accountEmail, accountPassword } from '../services/sso/config.ts';
import type { SsoSeed } from '../services/sso/seed/index.ts';

const common = z.object({ SSO_BCRYPT_COST: z.coerce.number().int().min(4).max(16).default(12) });

const development = common.extend({
  ADMIN_EMAIL: accountEmail.default('admin@example.com'),
  ADMIN_PASSWORD: accountPassword.default('admin-development-only'),
  DEMO_EMAIL: accountEmail.default('demo@example.com'),
  DEMO_PASSWORD: accountPassword.default('demo-development-only'),
});

const production = common.extend({
  ADMIN_EMAIL: accountEmail.optional(),
  ADMIN_PASSWORD: accountPassword.optional(),
  DEMO_EMAIL: accountEmail.optional(),
  DEMO_PASSWORD: accountPassword.optional(),
});

export type SeedConfig = SsoSeed;

/**
 * The accounts that the seed creates. In production they have no defaults, and accounts without settings are not
 * created.
 * @throws ZodError if a setting is invalid
 */
export function readSeedConfig(env: Env): SeedConfig {
  const read = (isProduction(env) ? production : development).parse(env);
  const login = (email: string | undefined, secret: string | undefined) =>
    email === undefined || secret === undefined ? undefined : { email, password: secret };
  return {
    bcryptCost: read.SSO_BCRYPT_COST,
    admin: login(read.ADMIN_EMAIL, read.ADMIN_PASSWORD),
    customer: login(read.DEMO_EMAIL, read.DEMO_PASSWORD),
  };
}
