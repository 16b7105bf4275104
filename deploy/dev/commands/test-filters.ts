import { globSync } from 'node:fs';
import { UsageFailure } from '../bootstrap/failure.mjs';

/**
 * Checks, before any server starts, that the words choose tests. A word is a part of a file's path. A word that follows an
 * option may be that option's value, so it is not looked at.
 * @throws UsageFailure if there are such words and none of them is in the path of a test
 */
export function expectTests(root: string, args: readonly string[]): void {
  const words = args.filter((arg, at) => !arg.startsWith('-') && !args[at - 1]?.startsWith('-'));
  if (words.length === 0) return;
  const files = globSync('**/*.test.ts', { cwd: root, exclude: (path) => /node_modules|\.state|\.git$/.test(path) });
  const chosen = words.map((word) => word.replace(/^\.\//, '').replace(/:\d+$/, ''));
  if (files.some((file) => chosen.some((word) => `${root}/${file}`.includes(word)))) return;
  throw new UsageFailure(`No test file has ${words.map((word) => `"${word}"`).join(' or ')} in its path.`, {
    suggestion: 'npm test -- services/cart',
  });
}
