// The folders of the launcher. The tool cache is outside the checkout, so that all clones of a user share it.
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout that contains this launcher. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The folder of the tool cache: ECOMMERCE_CACHE, else `ecommerce-dev` in the user's cache folder. */
export function cacheFolder(env = process.env) {
  return env.ECOMMERCE_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ecommerce-dev');
}
