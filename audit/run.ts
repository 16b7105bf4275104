import { audit as auditAll, type AuditOptions } from './audit.ts';
import { readBookUrls } from './config.ts';
import type { Finding as FullFinding } from './finding.ts';
import { createWorkflowsView } from './workflows-view.ts';
import { connectTemporal } from '../platform/temporal/connection.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Violation = Readonly<Record<string, unknown>>;

export interface Finding {
  readonly id: string;
  /** The invariant, in one sentence. */
  readonly invariant: string;
  /** The rows that break it, at most 20. */
  readonly violations: readonly Violation[];
}

/**
 * Checks every invariant. Orders are compared with workflows only if TEMPORAL_ADDRESS is set.
 * @param env the settings of the databases, see `audit/config.ts`
 */
export async function audit(env: Env, settledSeconds = 0): Promise<Finding[]> {
  const findings = await fullAudit(env, { settledSeconds, withWorkflows: env['TEMPORAL_ADDRESS'] !== undefined });
  return findings
    .filter(({ kind }) => kind === 'violation')
    .map(({ id, name, rows }) => ({ id, invariant: name, violations: rows }));
}

/** No setting names a database to audit. */
export class NoDatabase extends Error {
  override readonly name = 'NoDatabase';

  constructor() {
    super('the audit has no database: set DATABASE_URL, or start the platform with `npm run dev`');
  }
}

interface FullAuditOptions extends Pick<AuditOptions, 'settledSeconds' | 'onWorkflowsMissing'> {
  readonly withWorkflows: boolean;
}

/** Checks every invariant, and looks for what is late. @throws NoDatabase, and Error if a database does not answer */
export async function fullAudit(env: Env, options: FullAuditOptions): Promise<FullFinding[]> {
  const urls = readBookUrls(env);
  if (urls === undefined) throw new NoDatabase();
  const { settledSeconds, onWorkflowsMissing } = options;
  if (!options.withWorkflows) return auditAll({ urls, settledSeconds });
  const address = env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const temporal = connectTemporal({ address, namespace: env['TEMPORAL_NAMESPACE'] ?? 'default' });
  try {
    return await auditAll({ urls, settledSeconds, workflows: createWorkflowsView(temporal), onWorkflowsMissing });
  } finally {
    await temporal.close();
  }
}
