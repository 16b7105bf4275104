import postgres, { type Sql } from 'postgres';

type Env = Readonly<NodeJS.ProcessEnv>;

/**
 * Opens one service's database. Tests use it for two things that the public API does not show: how far a checkout is at
 * the moment of a fault, and where an event is.
 */
export function openBook(env: Env, service: 'ORDER' | 'WALLET' | 'PRODUCTS' | 'CART'): Sql {
  const url = env[`${service}_DATABASE_URL`] ?? env['DATABASE_URL'];
  if (url === undefined) throw new Error('DATABASE_URL is not set: run the tests with `npm test`');
  return postgres(url, { max: 1, onnotice: () => undefined });
}
