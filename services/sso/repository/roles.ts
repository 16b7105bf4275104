import { asc, eq, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import { roleChanges, users } from '../schema.ts';

/** Statements on the roles of users. */
export function roleStatements(db: Executor) {
  return {
    /** Locks the user, and reads the roles as they are now; undefined if there is no such user. */
    lockRoles: async (userId: string): Promise<readonly string[] | undefined> => {
      const [row] = await db
        .select({ roles: users.roles })
        .from(users)
        .where(eq(users.id, userId))
        .for('no key update');
      return row?.roles;
    },

    /** Locks all administrators in the order of their ids, so that two calls do not deadlock. @returns their ids */
    lockAdmins: async (): Promise<string[]> => {
      const rows = await db
        .select({ id: users.id })
        .from(users)
        .where(sql`'admin' = any(${users.roles})`)
        .orderBy(asc(users.id))
        .for('no key update');
      return rows.map(({ id }) => id);
    },

    setRoles: async (userId: string, roles: readonly string[]): Promise<void> => {
      await db
        .update(users)
        .set({ roles: [...roles] })
        .where(eq(users.id, userId));
    },

    /** The roles after a change that was made before. */
    findRoleChange: async (changeId: string): Promise<readonly string[] | undefined> => {
      const [row] = await db.select({ roles: roleChanges.roles }).from(roleChanges).where(eq(roleChanges.id, changeId));
      return row?.roles;
    },

    insertRoleChange: async (change: {
      readonly changeId: string;
      readonly userId: string;
      readonly roles: readonly string[];
      readonly createdAt: Date;
    }): Promise<void> => {
      const { changeId, roles, ...rest } = change;
      await db.insert(roleChanges).values({ ...rest, id: changeId, roles: [...roles] });
    },
  };
}
