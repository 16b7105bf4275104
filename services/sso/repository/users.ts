import { and, eq, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { User, UserWithCredentials, UserWithPassword } from '../domain/types.ts';
import { users } from '../schema.ts';

const person = { userId: users.id, email: users.email, roles: users.roles, createTime: users.createdAt };

const credentials = { ...person, passwordHash: users.passwordHash, passwordVersion: users.passwordVersion };

/** Statements on users. */
export function userStatements(db: Executor) {
  return {
    findUser: async (userId: string): Promise<User | undefined> => {
      const [row] = await db.select(person).from(users).where(eq(users.id, userId));
      return row;
    },

    /** @param email normalized */
    findUserByEmail: async (email: string): Promise<UserWithCredentials | undefined> => {
      const [row] = await db.select(credentials).from(users).where(eq(users.email, email));
      return row;
    },

    findUserWithCredentials: async (userId: string): Promise<UserWithCredentials | undefined> => {
      const [row] = await db.select(credentials).from(users).where(eq(users.id, userId));
      return row;
    },

    /** @returns false if the email address is taken */
    insertUser: async (user: UserWithPassword): Promise<boolean> => {
      const { userId, createTime, roles, ...rest } = user;
      const rows = await db
        .insert(users)
        .values({ ...rest, id: userId, createdAt: createTime, roles: [...roles] })
        .onConflictDoNothing({ target: users.email })
        .returning({ id: users.id });
      return rows.length > 0;
    },

    /**
     * Locks the password against changes until the transaction ends.
     * @returns false if it was changed since `version`
     */
    lockPassword: async (userId: string, version: number): Promise<boolean> => {
      const rows = await db
        .select({ id: users.id })
        .from(users)
        .where(and(eq(users.id, userId), eq(users.passwordVersion, version)))
        .for('share');
      return rows.length > 0;
    },

    /** @returns false, with nothing written, if the password was changed since `version` */
    changePassword: async (userId: string, version: number, passwordHash: string): Promise<boolean> => {
      const rows = await db
        .update(users)
        .set({ passwordHash, passwordVersion: sql`${users.passwordVersion} + 1` })
        .where(and(eq(users.id, userId), eq(users.passwordVersion, version)))
        .returning({ id: users.id });
      return rows.length > 0;
    },

    /** Replaces the hash if it is still `before`: a password that was changed meanwhile stays. */
    setPasswordHash: async (userId: string, before: string, passwordHash: string): Promise<void> => {
      await db
        .update(users)
        .set({ passwordHash })
        .where(and(eq(users.id, userId), eq(users.passwordHash, before)));
    },
  };
}
