import { violationsOf } from '../../audit/audit.ts';
import { readBookUrls } from '../../audit/config.ts';
import type { Finding } from '../../audit/finding.ts';
import { fullAudit, NoDatabase } from '../../audit/run.ts';
import { CliError, exitCodes, usageError } from '../exit.ts';
import { failureOf, tellFailure } from '../failure.ts';
import { fold } from '../fold.ts';
import { namingNamespace } from '../namespace.ts';
import { blame, databasePart, type Part } from '../parts.ts';
import { say, sayJson } from '../say.ts';
import { temporalAddress } from '../settings.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

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
 * late. While Temporal is away, the findings are those of the databases, and the exit code is 4 unless one is broken.
 */
export async function runAudit(env: Env, options: AuditCommandOptions): Promise<void> {
  let missing: CliError | undefined;
  const onWorkflowsMissing = (error: unknown) => {
    missing = withoutWorkflows(env, error);
  };
  const findings = await fullAudit(env, { ...options, onWorkflowsMissing }).catch((error: unknown) => {
    throw error instanceof NoDatabase ? usageError(error.message) : blame(databaseOf(env, error), error);
  });
  const broken = violationsOf(findings);
  if (options.json) sayJson(findings.map(forMachines));
  else printTable(findings, broken.length, missing !== undefined);
  if (missing !== undefined) tellFailure(missing, options.json);
  if (broken.length > 0) process.exitCode = exitCodes.error;
}

/** The error that names Temporal, and what was not checked. */
function withoutWorkflows(env: Env, error: unknown): CliError {
  const { address, namespace } = temporalAddress(env);
  const temporal = { part: 'Temporal', address };
  const { failure, exitCode } = failureOf(blame(temporal, namingNamespace(error, namespace)));
  const hint = 'the databases were checked, the workflows not; `audit --no-workflows` checks the databases alone';
  const told = new CliError(failure.reason, exitCode, `${failure.message}; ${hint}`, error);
  blame(temporal, told);
  return told;
}

/** The database that gave an error. */
function databaseOf(env: Env, error: unknown): Part {
  const port = String((error as { readonly port?: unknown }).port);
  const urls = Object.values(readBookUrls(env) ?? {});
  const url = urls.find((each) => new URL(each).port === port) ?? urls[0];
  return url === undefined ? { part: 'audit', address: '' } : databasePart('audit', url);
}

function forMachines({ id, name, kind, count, rows }: Finding) {
  const late = kind === 'late';
  return { id, invariant: name, kind, count, violations: late ? [] : rows, late: late ? rows : [] };
}

function printTable(findings: readonly Finding[], broken: number, isPartial: boolean): void {
  const width = Math.max(...findings.map(({ id }) => id.length));
  for (const { id, name, kind, count, rows } of findings) {
    const mark = count === 0 ? '✓' : kind === 'late' ? '!' : '✗';
    const [first = '', ...others] = fold(`${name}${count === 0 ? '' : `: ${count}`}`, lineWidth - width - indent);
    say(`${mark} ${id.padEnd(width)}  ${first}`);
    for (const line of others) say(' '.repeat(width + indent) + line);
    for (const row of rows) say(`    ${JSON.stringify(row)}`);
  }
  const invariants = findings.filter(({ kind }) => kind === 'violation').length;
  const onTime = findings.filter(({ kind, count }) => kind === 'late' && count === 0).length;
  const late = findings.length - invariants - onTime;
  const lateText = `; ${onTime} checks found nothing late, ${late} found something late`;
  say(
    `${invariants - broken} invariants hold, ${broken} are broken${lateText}${isPartial ? '; the workflows were not checked' : ''}`,
  );
}
