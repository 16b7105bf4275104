/** `node deploy/docker/service-keys.ts <folder>`: makes the keys that services know each other by, unless they are there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeServiceKeys } from '../../platform/auth/service-keys.ts';
import { keyHolders } from '../../runtime/registry.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node deploy/docker/service-keys.ts <folder>');
  process.exitCode = 2;
} else if (existsSync(join(folder, 'public.json'))) {
  console.log(`${folder} has its keys`);
} else {
  // The public ones are written last: where they are, all are.
  await writeServiceKeys(folder, keyHolders);
  console.log(`made the service keys in ${folder}`);
}
