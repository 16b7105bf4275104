import { join, relative } from 'node:path';
import Watchpack from 'watchpack';

export interface Watch {
  readonly close: () => void;
}

export interface WatchOptions {
  readonly root: string;
  /** Folders below `root`. */
  readonly folders: readonly string[];
  /** A file that has changed since this time (epoch milliseconds) is told too. */
  readonly since: number;
  /** Gets the path of a file that was written, made or deleted, relative to `root`. One save may cause several calls. */
  readonly onChange: (file: string) => void;
}

/**
 * Watches the files that our processes run, so tests are left out. Node's own recursive watch loses a file on Linux when
 * it is saved by rename. Watchpack watches each folder instead, which also takes fewer of the kernel's watches.
 */
export function watchFiles({ root, folders, since, onChange }: WatchOptions): Watch {
  const watcher = new Watchpack({ ignored: /\/(testing|histories|node_modules)$/ });
  const tell = (path: string) => {
    if (isRun(path)) onChange(relative(root, path));
  };
  watcher.on('change', tell);
  watcher.on('remove', tell);
  watcher.watch({ directories: folders.map((folder) => join(root, folder)), startTime: since });
  return { close: () => watcher.close() };
}

function isRun(path: string): boolean {
  return /\.(ts|mjs|json|yaml)$/.test(path) && !path.endsWith('.test.ts');
}
