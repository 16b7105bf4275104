import { audit as auditAll } from './audit.ts';
import { readBookUrls } from './config.ts';
import type { Finding as FullFinding } from './finding.ts';
import { createWorkflowsView } from './workflows-view.ts';
import { connectTemporal } from '../platform/temporal/connection.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Violation = Readonly<Record<string, unknown>>;

export interface Finding {
  readonly id: string;
  /** The promise that was checked. */
  readonly invariant: string;
  /** What breaks it; at most 20 are shown. */
  readonly violations: readonly Violation[];
}

/**
 * Checks every invariant, against Temporal too where TEMPORAL_ADDRESS is set.
 * @param env see `audit/config.ts` for the databases
 */
export async function audit(env: Env, settledSeconds = 0): Promise<Finding[]> {
  const findings = await fullAudit(env, { settledSeconds, withWorkflows: env['TEMPORAL_ADDRESS'] !== undefined });
  return findings
    .filter(({ kind }) => kind === 'violation')
    .map(({ id, name, rows }) => ({ id, invariant: name, violations: rows }));
}

/** The same with what is late. */
export async function fullAudit(
  env: Env,
  options: { readonly settledSeconds: number; readonly withWorkflows: boolean },
): Promise<FullFinding[]> {
  const urls = readBookUrls(env);
  if (urls === undefined) throw new Error('DATABASE_URL is not set: start the platform with `npm run dev`');
  const { settledSeconds } = options;
  if (!options.withWorkflows) return auditAll({ urls, settledSeconds });
  const address = env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const temporal = connectTemporal({ address, namespace: env['TEMPORAL_NAMESPACE'] ?? 'default' });
  try {
    return await auditAll({ urls, settledSeconds, workflows: createWorkflowsView(temporal) });
  } finally {
    await temporal.close();
  }
}
