import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const maxBuffer = 64 << 20;

/**
 * The files of a checkout, without those that its .gitignore names. It needs no repository: the checkout may be an
 * archive, or belong to another user, whose repository git refuses to read.
 * @returns paths below `root`
 * @throws Error if git can't list the files, or finds none
 */
export function checkoutFiles(root: string): readonly string[] {
  const gitDir = mkdtempSync(join(tmpdir(), 'ecommerce-files-'));
  try {
    execFileSync('git', ['init', '--quiet', '--bare', gitDir], { stdio: ['ignore', 'ignore', 'inherit'] });
    // The repository is empty, so every file that is not ignored is an "other" file.
    const args = ['--git-dir', gitDir, '--work-tree', root, 'ls-files', '-o', '--exclude-standard', '-z'];
    const files = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer }).split('\0');
    const found = files.filter((file) => file !== '' && !file.startsWith('.git/'));
    if (found.length === 0) throw new Error(`git finds no file in ${root}`);
    return found;
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}
