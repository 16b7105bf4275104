import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';

/** The folders and files of one stack. */
export interface Folders {
  /** In the checkout, ignored by git. It contains the state file, the lock and the logs. */
  readonly state: string;
  readonly logs: string;
  readonly stateFile: string;
  readonly lockFile: string;
  /** The data of the servers. `reset` deletes them. */
  readonly data: string;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The folders of a stack. If root runs the launcher, Postgres runs as another user, who cannot read root's home. So
 * root's data are in /var/tmp, in a folder for each checkout and profile.
 */
export function foldersOf(root: string, profile: string): Folders {
  const state = join(root, '.state', profile);
  const data = isRoot() ? join(publicFolder(), checkoutKey(root), profile) : join(state, 'data');
  return {
    state,
    logs: join(state, 'logs'),
    stateFile: join(state, 'state.json'),
    lockFile: join(state, 'lock'),
    data,
  };
}

/** The folder for root's data, which other users may enter. */
export function publicFolder(): string {
  return '/var/tmp/ecommerce-dev-0';
}

function checkoutKey(root: string): string {
  return createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);
}

/** Creates the folders. Data of an earlier clone in the same place are deleted; with `fresh` all data are. */
export function makeFolders(folders: Folders, { fresh }: { fresh: boolean }): void {
  mkdirSync(folders.logs, { recursive: true });
  if (isRoot()) makePublicFolder();
  const idFile = join(folders.state, 'id');
  if (!existsSync(idFile)) writeFileSync(idFile, randomUUID());
  const id = readFileSync(idFile, 'utf8');
  const mark = join(folders.data, 'id');
  if (fresh || !existsSync(mark) || readFileSync(mark, 'utf8') !== id)
    rmSync(folders.data, { recursive: true, force: true });
  mkdirSync(folders.data, { recursive: true });
  writeFileSync(mark, id);
}

/** Deletes the data of a stack, and the folder of the checkout around them if it is empty. */
export function deleteData(folders: Folders): void {
  rmSync(folders.data, { recursive: true, force: true });
  try {
    if (isRoot()) rmdirSync(dirname(folders.data));
  } catch {
    // the folder still contains data of other stacks
  }
}

/** Creates the folder for root's data. @throws Failure if it exists and belongs to another user */
export function makePublicFolder(): void {
  const folder = publicFolder();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (found.uid !== 0 || !found.isDirectory()) {
    throw new Failure(`${folder} must be a folder of root, but it is not.`, {
      suggestion: `Another user may have made it. Check what it contains, then delete it: rm -rf ${folder}`,
    });
  }
  chmodSync(folder, 0o755);
}
