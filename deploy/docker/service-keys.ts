/**
 * `node deploy/docker/service-keys.ts <folder>`: makes the keys with which services sign and verify service tokens.
 * Does nothing if the folder has them already.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeServiceKeys } from '../../platform/auth/service-keys.ts';
import { keyHolders } from '../../runtime/registry.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('No folder is given. Usage: node deploy/docker/service-keys.ts <folder>');
  process.exitCode = 2;
} else if (existsSync(join(folder, 'public.json'))) {
  console.log(`${folder} already contains service keys, so none are made`);
} else {
  // public.json is written last, so if it exists, all keys exist.
  await writeServiceKeys(folder, keyHolders);
  console.log(`made the service keys in ${folder}`);
}
