import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkoutFiles } from '../../deploy/ci/checkout-files.ts';

const root = join(import.meta.dirname, '../..');

/** A copy of the working tree that a mutation may change. */
export interface Copy {
  readonly folder: string;
  /** Replaces a text in a file; the result undoes it. @throws Error if the text does not occur exactly once */
  replace(file: string, from: string, to: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openCopy(): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'ecommerce-copy-'));
  for (const file of checkoutFiles(root)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(root, file), join(folder, file));
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    async replace(file, from, to) {
      const path = join(folder, file);
      const whole = await readFile(path, 'utf8');
      const count = whole.split(from).length - 1;
      if (count !== 1) throw new Error(`${file} contains this text ${count} times instead of once: ${from}`);
      await writeFile(
        path,
        whole.replace(from, () => to),
      );
      return () => writeFile(path, whole);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
