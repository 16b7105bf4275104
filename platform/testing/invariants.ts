import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Invariant } from '../data/invariant.ts';
import type { Database } from '../data/db/database.ts';

/** Fails for the first invariant that the database's rows break. There may be many rows, so there is no timeout. */
export async function expectInvariants(db: Database, invariants: readonly Invariant[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`);
    for (const { name, violations } of invariants) {
      const found = await tx.select({ row: sql`to_jsonb(v)` }).from(sql`(${sql.raw(violations)}) as v`);
      expect(found, name).toEqual([]);
    }
  });
}
