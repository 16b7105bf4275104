import { violationsOf } from '../../audit/audit.ts';
import { readBookUrls } from '../../audit/config.ts';
import type { Finding } from '../../audit/finding.ts';
import { fullAudit } from '../../audit/run.ts';
import { AppError } from '../../platform/errors/app-error.ts';
import { CliError } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { fold } from '../fold.ts';
import { blame, databasePart, type Part } from '../parts.ts';
import { say, sayJson } from '../say.ts';

const lineWidth = 100;
/** The mark of a finding, and the spaces around its id. */
const indent = 4;

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
  const findings = await fullAudit(env, options).catch((error: unknown) => {
    const failed = blame(partOfAudit(env, error), error);
    if (!isOfTemporal(error)) throw failed;
    const { failure, exitCode } = failureOf(failed);
    const hint = '`audit --no-workflows` checks the databases alone';
    throw blame(partOfAudit(env, error), new CliError(failure.reason, exitCode, `${failure.message}; ${hint}`, failed));
  });
  const broken = violationsOf(findings);
  if (options.json) sayJson(findings.map(forMachines));
  else printTable(findings, broken.length);
  if (broken.length > 0) process.exitCode = 1;
}

/** The audit talks to Temporal, whose errors are known, and to databases. */
function partOfAudit(env: Readonly<NodeJS.ProcessEnv>, error: unknown): Part {
  if (isOfTemporal(error)) return { part: 'Temporal', address: env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' };
  const port = String((error as { readonly port?: unknown }).port);
  const urls = Object.values(readBookUrls(env) ?? {});
  const url = urls.find((each) => new URL(each).port === port) ?? urls[0];
  return url === undefined ? { part: 'audit', address: '' } : databasePart('audit', url);
}

function isOfTemporal(error: unknown): boolean {
  return error instanceof AppError && error.reason.startsWith('TEMPORAL');
}

function forMachines({ id, name, kind, count, rows }: Finding) {
  const late = kind === 'late';
  return { id, invariant: name, kind, count, violations: late ? [] : rows, late: late ? rows : [] };
}

function printTable(findings: readonly Finding[], broken: number): void {
  const width = Math.max(...findings.map(({ id }) => id.length));
  for (const { id, name, kind, count, rows } of findings) {
    const mark = count === 0 ? '✓' : kind === 'late' ? '!' : '✗';
    const [first = '', ...others] = fold(`${name}${count === 0 ? '' : `: ${count}`}`, lineWidth - width - indent);
    say(`${mark} ${id.padEnd(width)}  ${first}`);
    for (const line of others) say(' '.repeat(width + indent) + line);
    for (const row of rows) say(`    ${JSON.stringify(row)}`);
  }
  const invariants = findings.filter(({ kind }) => kind === 'violation').length;
  const late = findings.filter(({ kind, count }) => kind === 'late' && count > 0).length;
  const lateText = late === 0 ? '' : `, and ${late} checks found something late`;
  say(`${invariants - broken} invariants hold, ${broken} are broken${lateText}`);
}
