/**
 * `npm run verify`: every check that needs no server, in a minute or so. Each runs even if one before it failed, so that
 * one run tells everything; the exit code says whether all passed. A check whose program can not be had on this machine
 * says so, and fails in CI.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { unchecked } from './status.ts';

const root = join(import.meta.dirname, '../..');

const checks: readonly { name: string; command: readonly [string, ...string[]]; fix: string }[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'], fix: 'npm run format' },
  {
    name: 'lint and import rules',
    command: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
    fix: 'see the message of each rule',
  },
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'], fix: 'see the errors' },
  { name: 'contract and generated code', command: ['node', 'proto/generate.ts', '--check'], fix: 'npm run generate' },
  { name: 'migrations', command: ['node', 'drizzle/generate.ts', '--check'], fix: 'npm run db:generate' },
  { name: 'files in ConfigMaps', command: ['node', 'deploy/k8s/generate.ts', '--check'], fix: 'npm run k8s:generate' },
  { name: 'Kubernetes manifests', command: ['node', 'deploy/ci/cluster/check.ts'], fix: 'see the problems' },
  {
    name: 'kube-score',
    command: ['node', 'deploy/ci/cluster/score.ts'],
    fix: 'mend it, or give the reason in score.ts',
  },
  { name: 'versions of images', command: ['node', 'deploy/ci/images.ts'], fix: 'one version everywhere' },
  { name: 'nginx -t', command: ['node', 'deploy/ci/gateway.ts'], fix: 'see the line that nginx names' },
  ...['shell', 'dockerfiles', 'compose', 'compose-config', 'workflows', 'workflow-security', 'dependabot'].map(
    (linter) => ({
      name: `lint of ${linter}`,
      command: ['node', 'deploy/ci/linters.ts', linter] as const,
      fix: 'see the message of each rule',
    }),
  ),
];

const failed: string[] = [];
const skipped: string[] = [];
const inCi = process.env['CI'] === 'true' || process.env['CI'] === '1';
for (const { name, command, fix } of checks) {
  const started = performance.now();
  const [program, ...args] = command;
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (result.status === 0) {
    console.log(`ok    ${name} (${seconds} s)`);
    continue;
  }
  if (result.status === unchecked && !inCi) {
    skipped.push(name);
    console.log(`NOT CHECKED  ${name}: ${result.stdout.trim()}`);
    continue;
  }
  failed.push(name);
  console.log(`FAIL  ${name} (${seconds} s): ${[program, ...args].join(' ')}`);
  console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trimEnd());
  console.log(`      fix: ${fix}`);
}
const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
console.log(`${checks.length - failed.length - skipped.length} passed, ${failed.length} failed${tail}`);
process.exitCode = failed.length > 0 ? 1 : 0;
