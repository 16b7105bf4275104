/**
 * `npm run test:conformance`: runs the official Connect conformance suite against our server stack, and counts where the
 * two differ. It fails on a complaint that is not among the differences, and on a difference in more or fewer cases than
 * listed. Arguments go to the suite, for example `--run "Timeouts/**"`; then nothing is counted. It is skipped without Go.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquire } from '../../deploy/ci/tools/acquire.ts';
import { which } from '../../deploy/dev/parts/tools.ts';
import { differences, wholeSuite } from './differences.ts';
import { readOutcome } from './outcome.ts';
import { faultsOf, seenDifferences } from './verdict.ts';

const version = '1.0.7';
const root = join(import.meta.dirname, '../..');
const state = join(root, '.state/conformance');
const descriptors = join(state, 'descriptors.binpb');

const suite = await acquire({
  program: 'connectconformance',
  version,
  tell: ['--version'],
  accepts: /v1\.0\.7$/m,
  go: `connectrpc.com/conformance/cmd/connectconformance@v${version}`,
  byHand: 'https://github.com/connectrpc/conformance/releases',
});
/** Ends without a verdict. In CI that is a failure. */
function skip(why: string): never {
  console.log(`skipped: ${why}`);
  process.exit(process.env['CI'] === undefined ? 0 : 1);
}
if ('missing' in suite) skip(`the conformance suite cannot be had here: ${suite.missing}`);

/** Compiles the protos of the suite, which its Go module contains. */
function describeSuite(): void {
  const module = `connectrpc.com/conformance@v${version}`;
  const go = which('go', ['/usr/local/go/bin', '/opt/homebrew/bin']);
  if (go === undefined) skip('the protos of the suite come with Go, which is missing');
  const told = execFileSync(go, ['mod', 'download', '-json', module], { encoding: 'utf8', cwd: state });
  const { Dir: folder = '' }: { Dir?: string } = JSON.parse(told);
  const built = ['build', join(folder, 'proto'), '--config', '{"version":"v2"}', '--as-file-descriptor-set'];
  execFileSync(join(root, 'node_modules/.bin/buf'), [...built, '-o', descriptors], { cwd: root, stdio: 'inherit' });
}

mkdirSync(state, { recursive: true });
try {
  describeSuite();
} catch (error) {
  skip(`the protos of the suite cannot be had here: ${String(error)}`);
}

const chosen = process.argv.slice(2);
const server = [process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'server.ts')];
const configuration = join(import.meta.dirname, 'suite.yaml');
const { stdout, stderr, status } = spawnSync(
  suite.path,
  ['--mode', 'server', '--conf', configuration, ...chosen, '--', ...server, descriptors],
  { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000, cwd: root },
);
const output = `${stdout}${stderr}`;
const log = join(state, 'output.log');
writeFileSync(log, output);

const outcome = readOutcome(output);
const faults = faultsOf(outcome, differences, chosen.length === 0 ? wholeSuite : undefined);
console.log(`${outcome.total} cases: ${outcome.passed} as the suite wants, ${outcome.failed} differ`);
for (const { difference, cases } of seenDifferences(outcome, differences)) {
  console.log(`${String(cases.length).padStart(6)}  ${difference.why}`);
}
for (const fault of faults) console.log(`FAIL  ${fault.replaceAll('\n', '\n      ')}`);
if (faults.length > 0) {
  console.log(`The suite ended with code ${status}. What it told is in ${log}`);
  console.log(
    'If the server differs on purpose, tests/conformance/differences.ts wants the reason and the number of cases',
  );
}
process.exitCode = faults.length === 0 ? 0 : 1;
