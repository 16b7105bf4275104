import { z } from 'zod';
import type { Env } from '../platform/config/errors.ts';
import { isProduction } from '../platform/config/mode.ts';
import type { SsoSeed } from '../services/sso/seed/index.ts';

const password = z.string().refine((text) => {
  const bytes = Buffer.byteLength(text);
  return bytes >= 8 && bytes <= 72;
}, 'must have 8 to 72 bytes');

const common = z.object({ SSO_BCRYPT_COST: z.coerce.number().int().min(4).max(16).default(12) });

const development = common.extend({
  ADMIN_EMAIL: z.email().default('admin@example.com'),
  ADMIN_PASSWORD: password.default('admin-development-only'),
  DEMO_EMAIL: z.email().default('demo@example.com'),
  DEMO_PASSWORD: password.default('demo-development-only'),
});

const production = common.extend({
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: password.optional(),
  DEMO_EMAIL: z.email().optional(),
  DEMO_PASSWORD: password.optional(),
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
