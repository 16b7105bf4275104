/**
 * The operator's command line, `npm run cli -- <command>`: starts and inspects checkouts, imports products, rotates
 * keys, replays events, audits. Every command takes `--json`. Its commands: `./groups`. Exit codes: `./exit.ts`.
 */
import { CommanderError } from 'commander';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { visible } from '../platform/telemetry/visible.ts';
import { outliveReaders } from './closed-output.ts';
import { exitCodes } from './exit.ts';
import { createProgram } from './program.ts';
import { runner } from './run.ts';
import { warnJson } from './say.ts';
import { explainUsage } from './usage.ts';

// What a command loads is compiled once for all its runs. Not in the shared folder for temporary files: who writes there
// could run code here. Where the folder cannot be written, it is compiled each time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/cli'));

outliveReaders();
// Only the parser knows which words are options: a reason may read `--yes`, too.
const asJson = (): boolean => program.opts()['json'] === true;
let sure = false;
const run = runner(process.env, () => ({ json: asJson(), sure }));
const program = createProgram(run, (text) =>
  asJson() ? undefined : process.stderr.write(visible(explainUsage(text, process.env))),
);
program.hook('preAction', (_, command) => {
  sure = command.opts()['yes'] === true;
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version end with 0. All others mean that the command line is wrong.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const message = explainUsage(error.message, process.env).replace(/^error: /, '');
  if (asJson() && error.exitCode !== 0) warnJson({ error: { reason: 'USAGE', message } });
}
