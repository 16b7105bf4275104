import { violationsOf } from '../../audit/audit.ts';
import type { Finding } from '../../audit/finding.ts';
import { fullAudit } from '../../audit/run.ts';

export interface AuditCommandOptions {
  readonly json: boolean;
  readonly settledSeconds: number;
  readonly withWorkflows: boolean;
}

/**
 * Checks every invariant and prints the findings. The exit code is 1 if an invariant is broken, not if something is
 * late.
 */
export async function runAudit(env: Readonly<NodeJS.ProcessEnv>, options: AuditCommandOptions): Promise<void> {
  const findings = await fullAudit(env, options);
  const broken = violationsOf(findings);
  if (options.json) console.log(JSON.stringify(findings.map(forMachines)));
  else printTable(findings, broken.length);
  if (broken.length > 0) process.exitCode = 1;
}

function forMachines({ id, name, kind, count, rows }: Finding) {
  const late = kind === 'late';
  return { id, invariant: name, kind, count, violations: late ? [] : rows, late: late ? rows : [] };
}

function printTable(findings: readonly Finding[], broken: number): void {
  const width = Math.max(...findings.map(({ id }) => id.length));
  for (const { id, name, kind, count, rows } of findings) {
    const mark = count === 0 ? '✓' : kind === 'late' ? '!' : '✗';
    console.log(`${mark} ${id.padEnd(width)}  ${name}${count === 0 ? '' : `: ${count}`}`);
    for (const row of rows) console.log(`    ${JSON.stringify(row)}`);
  }
  const invariants = findings.filter(({ kind }) => kind === 'violation').length;
  const late = findings.filter(({ kind, count }) => kind === 'late' && count > 0).length;
  const lateText = late === 0 ? '' : `, and ${late} checks found something late`;
  console.log(`${invariants - broken} invariants hold, ${broken} are broken${lateText}`);
}
