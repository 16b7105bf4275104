/**
 * `npm run test:conformance`: runs the official Connect conformance suite against our server stack, and counts where the
 * two differ. It fails on a complaint that is not among the differences, and on a difference that is none any more.
 * Arguments are handed on to the suite, for example `--run "Timeouts/**"`. Without Go it is skipped.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquire } from '../../deploy/ci/tools/acquire.ts';
import { which } from '../../deploy/dev/parts/tools.ts';
import { differences, failedCases } from './differences.ts';

const version = '1.0.7';
const wholeSuite = 1900;
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
writeFileSync(join(state, 'output.log'), output);

const total = Number(/^Total cases: (?<cases>\d+)$/m.exec(output)?.groups?.['cases'] ?? 0);
const failed = failedCases(output);
const counted = differences.map((difference) => ({
  ...difference,
  cases: failed.filter(({ complaints }) => complaints.some((each) => difference.complaint.test(each))).length,
}));
const known = (complaint: string) => differences.some((difference) => difference.complaint.test(complaint));
const unknown = failed.filter(({ complaints }) => complaints.length === 0 || !complaints.every(known));

console.log(`${total} cases: ${total - failed.length} as the suite wants, ${failed.length} differ`);
for (const { why, cases } of counted) console.log(`${String(cases).padStart(6)}  ${why}`);
for (const { name, complaints } of unknown) {
  console.log(
    `FAIL  ${name}\n${complaints
      .filter((each) => !known(each))
      .map((each) => `        ${each}`)
      .join('\n')}`,
  );
}
const isWhole = chosen.length > 0 || total >= wholeSuite;
if (!isWhole) console.log(`FAIL  the suite ended too early (exit code ${status}): ${join(state, 'output.log')}`);
const gone = chosen.length > 0 ? [] : counted.filter(({ cases }) => cases === 0);
for (const { why } of gone) console.log(`FAIL  no case differs in this any more, so take it out: ${why}`);
process.exitCode = isWhole && unknown.length === 0 && gone.length === 0 ? 0 : 1;
