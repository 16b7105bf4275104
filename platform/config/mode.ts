import type { Env } from './errors.ts';

/** APP_ENV=production, or NODE_ENV=production where APP_ENV says nothing: no secret has a default then. */
export function isProduction(env: Env): boolean {
  return (env['APP_ENV'] ?? env['NODE_ENV']) === 'production';
}
