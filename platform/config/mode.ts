import type { Env } from './errors.ts';

/** True if APP_ENV is `production`, or NODE_ENV if APP_ENV is not set. In production no secret has a default. */
export function isProduction(env: Env): boolean {
  return (env['APP_ENV'] ?? env['NODE_ENV']) === 'production';
}
