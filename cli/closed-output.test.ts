import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test.each([['--help'], ['completion', 'bash']])(
  '%s ends in peace when nobody reads what it prints',
  async (...words) => {
    const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...words];
    const child = spawn(process.execPath, node, {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
  },
);
