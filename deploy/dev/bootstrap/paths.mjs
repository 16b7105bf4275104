// Where tools are kept: outside the checkout, shared by all clones of one user.
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this launcher stands in. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The tool cache: ECOMMERCE_CACHE, or `ecommerce-dev` in the user's cache folder. */
export function cacheFolder(env = process.env) {
  return env.ECOMMERCE_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ecommerce-dev');
}
