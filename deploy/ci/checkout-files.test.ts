import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkoutFiles } from './checkout-files.ts';

let folder = '';
const write = (file: string, text = '') => {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), text);
};

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the files of a checkout', () => {
  it('are found without a repository, without the ignored ones', () => {
    folder = mkdtempSync(join(tmpdir(), 'checkout-'));
    write('.gitignore', 'node_modules\n');
    write('a/b.ts');
    write('node_modules/c.js');
    expect([...checkoutFiles(folder)].sort()).toEqual(['.gitignore', 'a/b.ts']);
  });

  it('are at least one: a checkout without files is an error', () => {
    folder = mkdtempSync(join(tmpdir(), 'checkout-'));
    expect(() => checkoutFiles(folder)).toThrow('finds no file');
  });
});
