import { z } from 'zod';
import { ConfigError, type Env } from './errors.ts';
import { isProduction } from './mode.ts';
import { port, postgresUrl } from './schemas.ts';

const pieces = z.object({
  PG_HOST: z.string(),
  PG_PORT: port.default(5432),
  PG_USER: z.string().default('postgres'),
  PG_PASSWORD: z.string().optional(),
  PG_NAME: z.string().default('ecommerce'),
});
const inDevelopment = 'postgres://postgres@127.0.0.1:5432/ecommerce';

/**
 * The database of one service: `<SERVICE>_DATABASE_URL`, else `DATABASE_URL`, else a URL made of `PG_HOST`, `PG_PORT`,
 * `PG_USER`, `PG_PASSWORD` and `PG_NAME`. In production a missing address or password is an error.
 * @throws ZodError, ConfigError
 */
export function readDatabaseUrl(env: Env, service: string): string {
  const own = `${service.toUpperCase()}_DATABASE_URL`;
  const name = env[own] === undefined ? 'DATABASE_URL' : own;
  if (env[name] !== undefined) return z.object({ [name]: postgresUrl }).parse(env)[name] ?? env[name];
  if (env['PG_HOST'] !== undefined) return fromPieces(env);
  if (isProduction(env))
    throw new ConfigError(['DATABASE_URL: missing; set it, or PG_HOST, PG_PORT, PG_USER, PG_PASSWORD and PG_NAME']);
  return inDevelopment;
}

function fromPieces(env: Env): string {
  const read = pieces.parse(env);
  if (isProduction(env) && read.PG_PASSWORD === undefined) throw new ConfigError(['PG_PASSWORD: missing']);
  const address = `postgres://${read.PG_HOST}:${read.PG_PORT}/${encodeURIComponent(read.PG_NAME)}`;
  if (!URL.canParse(address)) throw new ConfigError(['PG_HOST: must be the name of a host']);
  const url = new URL(address);
  url.username = read.PG_USER;
  url.password = read.PG_PASSWORD ?? '';
  return url.href;
}
