import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { cliJson } from './drivers/cli.ts';

const root = join(import.meta.dirname, '../..');

interface Entry {
  readonly entryId: string;
  readonly reason: string;
  readonly outcome: string;
  readonly detail: string;
}

/** An import whose input stays open after two calls' worth of lines, once its entry tells of the first calls. */
async function importing(): Promise<{
  end: (signal: NodeJS.Signals) => Promise<unknown>;
  entry: () => Promise<Entry>;
}> {
  const reason = `import-stopped ${randomUUID()}`;
  const words = ['products', 'import', '-', '--format', 'csv', '--reason', reason];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...words], {
    cwd: root,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()));
  const lines = Array.from({ length: 1100 }, (_, index) => `${reason}-${index},A thing,1`);
  child.stdin.write(`sku,name,price\n${lines.join('\n')}\n`);
  const entry = async () => {
    const entries = await cliJson<Entry[]>('audit-trail', '--action', 'products.import', '--limit', '50');
    const own = entries.find((each) => each.reason === reason);
    if (own === undefined) throw new Error('the trail does not have the import yet');
    return own;
  };
  await vi.waitFor(async () => expect((await entry()).detail).toMatch(/^so far 1,001 read: 1,000 created/), {
    timeout: 60_000,
    interval: 200,
  });
  return {
    entry,
    end: async (signal) => {
      child.kill(signal);
      const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      return { code, killedBy, errors };
    },
  };
}

test('an import that is asked to stop says so, and its entry tells how much was written', async () => {
  const { end, entry } = await importing();
  expect(await end('SIGTERM')).toEqual({
    code: 1,
    killedBy: null,
    errors: expect.stringMatching(
      /stopped before the end of the file; run the same command again: .*\(INTERRUPTED\)\n$/,
    ),
  });
  expect(await entry()).toMatchObject({
    outcome: 'DONE',
    detail: expect.stringMatching(/^stopped before the end of the file: 1,\d\d\d read: 1,000 created/),
  });
});

test('the entry of an import that is killed stays open, and tells what was done so far', async () => {
  const { end, entry } = await importing();
  expect(await end('SIGKILL')).toMatchObject({ killedBy: 'SIGKILL' });
  expect(await entry()).toMatchObject({
    outcome: 'OPEN',
    detail:
      'so far 1,001 read: 1,000 created, 0 updated, 0 unchanged, 0 refused; lines after these may have been written, too',
  });
});
