/**
 * `node deploy/docker/service-keys.ts <folder>`: makes the keys with which services sign and verify service tokens. Keys
 * that the folder has already stay, so an update only adds those of new callers.
 */
import { writeServiceKeys } from '../../platform/auth/write-service-keys.ts';
import { keyHolders } from '../../runtime/registry.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('No folder is given. Usage: node deploy/docker/service-keys.ts <folder>');
  process.exitCode = 2;
} else {
  const made = writeServiceKeys(folder, keyHolders);
  console.log(
    made.length === 0 ? `${folder} has a key for every caller` : `made keys in ${folder}: ${made.join(', ')}`,
  );
}
