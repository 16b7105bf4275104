/**
 * `npm run verify [name…]`: every check that needs no server, or those whose names begin so. Each runs even if another
 * fails, so that one run tells everything; the exit code says whether all passed. A check whose program can not be had
 * on this machine says so, and fails in CI.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checks } from './checks.ts';
import { runChecks } from './run-checks.ts';

const wanted = process.argv.slice(2);
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
if (chosen.length === 0) {
  console.log(`which of ${checks.map(({ name }) => name).join(', ')}?`);
  process.exit(2);
}
const started = performance.now();
const { passed, failed, skipped } = await runChecks(chosen, {
  root: join(import.meta.dirname, '../..'),
  // Some use several cores themselves; more at once would only wait for each other, and for memory.
  parallel: Math.min(availableParallelism(), 4),
  strict: process.env['CI'] === 'true' || process.env['CI'] === '1',
  print: console.log,
});
console.log(`in ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
