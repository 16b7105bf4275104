/**
 * `npm run verify`: every check that needs no server, in a minute or so. Each runs even if one before it failed, so that
 * one run tells everything; the exit code says whether all passed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

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
];

const failed: string[] = [];
for (const { name, command, fix } of checks) {
  const started = performance.now();
  const [program, ...args] = command;
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (result.status === 0) {
    console.log(`ok    ${name} (${seconds} s)`);
    continue;
  }
  failed.push(name);
  console.log(`FAIL  ${name} (${seconds} s): ${[program, ...args].join(' ')}`);
  console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trimEnd());
  console.log(`      fix: ${fix}`);
}
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
