import type pg from 'pg';
import type { Sent } from '../../../platform/testing/statements.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** The tables that a plan of this statement reads from the first to the last row, whatever its parameters are. */
export async function scannedWhole(client: pg.Client, { text }: Sent): Promise<readonly string[]> {
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query(`prepare looked_at as ${text}`);
  try {
    const { rows: prepared } = await client.query<{ parameters: number }>(
      `select cardinality(parameter_types) as parameters from pg_prepared_statements where name = 'looked_at'`,
    );
    const nulls = Array.from({ length: prepared[0]?.parameters ?? 0 }, () => 'null').join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
      `explain (format json, verbose) execute looked_at${nulls === '' ? '' : `(${nulls})`}`,
    );
    return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => scans(Plan)));
  } finally {
    await client.query('deallocate looked_at');
  }
}

function scans(node: PlanNode): readonly string[] {
  const below = (node.Plans ?? []).flatMap(scans);
  if (node['Node Type'] !== 'Seq Scan') return below;
  return [`${node.Schema}.${node['Relation Name']}`, ...below];
}

/** Statements that Postgres can plan: no begin, commit, set or listen. */
export function canBePlanned({ text }: Sent): boolean {
  return /^\s*(?:select|insert|update|delete|with)\b/i.test(text);
}
