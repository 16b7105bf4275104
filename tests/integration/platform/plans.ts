import type pg from 'pg';
import type { Sent } from '../../../platform/testing/statements.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Join Type'?: string;
  readonly 'Parent Relationship'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

type Plans = readonly { readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }[];

/** What a node may count on from the node above it. */
type Above =
  | 'nothing'
  /** Ends it after so many rows. */
  | 'limit'
  /** Deletes or changes each of its rows. */
  | 'change';

/** More rows than any list has on a page. */
const manyRows = 1000;

/**
 * What the statement reads without a bound, by a plan for whatever parameters: the names of tables and indexes. A scan has
 * a bound if the index is asked for one key. It also has one if it drops no row on its way and ends at a LIMIT, or if the
 * statement changes all that it reads.
 */
export async function readsWithoutBound(client: pg.Client, { text }: Sent): Promise<readonly string[]> {
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query(`prepare looked_at as ${text}`);
  try {
    const { rows: prepared } = await client.query<{ parameters: number }>(
      `select cardinality(parameter_types) as parameters from pg_prepared_statements where name = 'looked_at'`,
    );
    const nulls = Array.from({ length: prepared[0]?.parameters ?? 0 }, () => 'null').join(', ');
    const { rows } = await client.query<Plans[number]>(
      `explain (format json, verbose) execute looked_at${nulls === '' ? '' : `(${nulls})`}`,
    );
    const conditions = await conditionsOf(client);
    return nodesOf(rows).flatMap((node) => withoutBound(node, 'nothing', conditions));
  } finally {
    await client.query('deallocate looked_at');
  }
}

/** Runs the statement with its values, and undoes it. @returns what it read more than `manyRows` rows of */
export async function readsMany(client: pg.Client, { text, values }: Sent): Promise<readonly string[]> {
  await client.query('begin');
  try {
    const explain = `explain (analyze, timing off, format json, verbose) ${text}`;
    const { rows } = await client.query<Plans[number]>({ text: explain, values: [...values] });
    return nodesOf(rows)
      .flatMap(scans)
      .filter((node) => rowsOf(node) > manyRows)
      .flatMap(namesOf);
  } catch (error) {
    if (wasRefused(error)) return [];
    throw new Error(`this statement could not be run: ${text}`, { cause: error });
  } finally {
    await client.query('rollback');
  }
}

const nodesOf = (rows: Plans) => rows.flatMap((row) => row['QUERY PLAN'].map(({ Plan }) => Plan));
const nameOf = (node: PlanNode) => node['Index Name'] ?? `${node.Schema}.${node['Relation Name']}`;

/** A bitmap scan reads the rows that the indexes below it found. Postgres chooses between it and a plain index scan. */
function namesOf(node: PlanNode): readonly string[] {
  if (node['Node Type'] !== 'Bitmap Heap Scan') return [nameOf(node)];
  return indexesBelow(node).map(nameOf);
}

function indexesBelow(node: PlanNode): readonly PlanNode[] {
  return (node.Plans ?? []).flatMap((child) => [
    ...(child['Index Name'] === undefined ? [] : [child]),
    ...indexesBelow(child),
  ]);
}

/** Nodes that hand on what their first child gives, row for row, so that it ends when a LIMIT above them does. */
const passing = new Set(['LockRows', 'Append', 'Merge Append', 'Subquery Scan', 'Result', 'ProjectSet']);

type Conditions = ReadonlyMap<string, ReadonlySet<string>>;

function withoutBound(node: PlanNode, above: Above, conditions: Conditions): readonly string[] {
  const type = node['Node Type'];
  const below = (node.Plans ?? []).flatMap((child) => withoutBound(child, aboveOf(node, child, above), conditions));
  if (!/Seq Scan|Index/.test(type) || asksForKey(node)) return below;
  const asks = above === 'limit' || (above === 'change' && node['Index Cond'] !== undefined);
  return asks && !dropsRows(node, conditions) ? below : [nameOf(node), ...below];
}

function aboveOf(node: PlanNode, child: PlanNode, above: Above): Above {
  const type = node['Node Type'];
  if (type === 'Limit') return 'limit';
  if (type === 'ModifyTable') return 'change';
  if (node.Filter !== undefined) return 'nothing';
  // Each row on the left of a left join makes a row at least.
  if (type === 'Nested Loop' && node['Join Type'] === 'Left' && child['Parent Relationship'] === 'Outer') return above;
  return passing.has(type) ? above : 'nothing';
}

/** Where Postgres locks rows, it looks at the condition of the partial index again. That drops none. */
function dropsRows(node: PlanNode, conditions: Conditions): boolean {
  const known = conditions.get(node['Index Name'] ?? '');
  return [...partsOf(node.Filter)].some((part) => known?.has(part) !== true);
}

/** The parts of the condition of each partial index. */
async function conditionsOf(client: pg.Client): Promise<Conditions> {
  const { rows } = await client.query<{ name: string; condition: string }>(
    `select c.relname as name, pg_get_expr(i.indpred, i.indrelid) as condition
     from pg_index i join pg_class c on c.oid = i.indexrelid where i.indpred is not null`,
  );
  return new Map(rows.map(({ name, condition }) => [name, partsOf(condition)]));
}

function partsOf(condition = ''): ReadonlySet<string> {
  const parts = condition.split(' AND ').map((part) => part.replaceAll(/\b\w+\.|[()]/g, ''));
  return new Set(parts.filter((part) => part !== ''));
}

/** A literal, such as a status, is no key: all rows may have it. */
function asksForKey(node: PlanNode): boolean {
  return / (?:=|@@) (?!'|\(?'|ANY \('\{)/.test(node['Index Cond'] ?? '');
}

function scans(node: PlanNode): readonly PlanNode[] {
  const below = (node.Plans ?? []).flatMap(scans);
  return /(?:Seq|Index|Index Only|Bitmap Heap) Scan$/.test(node['Node Type']) ? [node, ...below] : below;
}

function rowsOf(node: PlanNode): number {
  const { 'Actual Rows': kept = 0, 'Actual Loops': loops = 1 } = node;
  const { 'Rows Removed by Filter': removed = 0, 'Rows Removed by Index Recheck': rechecked = 0 } = node;
  return (kept + removed + rechecked) * loops;
}

/** A constraint refused it: the row is there, or the test has multiplied one row and not another. */
function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('23');
}

/** Statements that Postgres can plan: no begin, commit, set or listen. */
export function canBePlanned({ text }: Sent): boolean {
  return /^\s*(?:select|insert|update|delete|with)\b/i.test(text);
}
