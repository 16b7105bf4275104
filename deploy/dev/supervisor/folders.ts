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

/** Where the things of one stack are. */
export interface Folders {
  /** In the checkout, ignored by git: state, logs. */
  readonly state: string;
  readonly logs: string;
  readonly stateFile: string;
  readonly lockFile: string;
  /** What the servers keep; `reset` deletes it. */
  readonly data: string;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The folders of a stack. Postgres never runs as root, and another user can't look into root's home: root's data
 * stands in /var/tmp, by checkout and profile, so that two clones never share any.
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

/** Root's folder that other users may walk through. */
export function publicFolder(): string {
  return '/var/tmp/ecommerce-dev-0';
}

function checkoutKey(root: string): string {
  return createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);
}

/** Makes the folders. Data that an earlier clone in the same place left behind is deleted. */
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

/** Deletes a stack's data, and the checkout's folder around them if nothing else is in it. */
export function deleteData(folders: Folders): void {
  rmSync(folders.data, { recursive: true, force: true });
  try {
    if (isRoot()) rmdirSync(dirname(folders.data));
  } catch {
    // other stacks have theirs there
  }
}

/** Makes root's public folder, and refuses one that somebody else put there. */
export function makePublicFolder(): void {
  const folder = publicFolder();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (found.uid !== 0 || !found.isDirectory()) {
    throw new Failure(`${folder} does not belong to root.`, {
      suggestion: `Look at it, then delete it: rm -rf ${folder}`,
    });
  }
  chmodSync(folder, 0o755);
}
