import { existsSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

export interface Watch {
  readonly close: () => void;
}

/**
 * Calls `onChange` with the path of each file below `folders` that is written, made or deleted, relative to `root`. One
 * save may cause several calls. Tests are left out, since no process runs them.
 */
export function watchFiles(root: string, folders: readonly string[], onChange: (file: string) => void): Watch {
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    const path = join(root, folder);
    if (!existsSync(path)) continue;
    const watcher = watch(path, { recursive: true }, (_, name) => {
      if (name !== null && isRun(name)) onChange(join(folder, name));
    });
    // A folder can be deleted while it is watched.
    watcher.on('error', () => watcher.close());
    watchers.push(watcher);
  }
  return { close: () => watchers.forEach((watcher) => watcher.close()) };
}

function isRun(name: string): boolean {
  return /\.(ts|mjs|json|yaml)$/.test(name) && !/\.test\.ts$|(^|\/)(testing|histories)\//.test(name);
}
