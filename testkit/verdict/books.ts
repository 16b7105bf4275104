import postgres, { type Sql } from 'postgres';

type Env = Readonly<NodeJS.ProcessEnv>;

/**
 * Looks at a service's database. Nothing that a test expects is read here, but for where a checkout stands
 * at the moment of a fault and for the way of events, which the public API doesn't show.
 */
export function openBook(env: Env, service: 'ORDER' | 'WALLET' | 'PRODUCTS' | 'CART'): Sql {
  const url = env[`${service}_DATABASE_URL`] ?? env['DATABASE_URL'];
  if (url === undefined) throw new Error('DATABASE_URL is not set: run the tests with `npm test`');
  return postgres(url, { max: 1, onnotice: () => undefined });
}
