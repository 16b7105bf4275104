/**
 * `npm run verify [-- name…]`: runs every check that needs no server, or only the checks whose names begin with one of
 * the given words. All of them run even if one fails. The exit code is 1 if any fails. A check whose program is not
 * available on this machine is reported as not checked; in CI it fails.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { checks } from './checks.ts';
import { runChecks } from './run-checks.ts';

const wanted = process.argv.slice(2);
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
if (chosen.length === 0) {
  console.log(
    `No check begins with ${wanted.join(' or ')}. The checks are ${checks.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const started = performance.now();
const { passed, failed, skipped } = await runChecks(chosen, {
  root: join(import.meta.dirname, '../..'),
  // Some checks use several cores. More than four at once would only compete for cores and memory.
  parallel: Math.min(availableParallelism(), 4),
  strict: process.env['CI'] === 'true' || process.env['CI'] === '1',
  print: console.log,
});
console.log(`in ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
