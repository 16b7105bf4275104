import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure, printFailure } from './failure.mjs';

test('the last lines of a log cannot steer the terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ecommerce-failure-'));
  const logFile = join(folder, 'part.log');
  writeFileSync(logFile, 'ready\n\u001b[31mred\u202e\tend\n');
  const written: string[] = [];
  try {
    printFailure(new Failure('It stopped.', { logFile }), { write: (text) => written.push(text) });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(written.join('')).toBe(
    `\n✗ It stopped.\n    ready\n    ${String.raw`\u001b[31mred\u202e`}\tend\n  Log: ${logFile}\n`,
  );
});
