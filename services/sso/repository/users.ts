import { and, eq } from 'drizzle-orm';
import type { Executor } from '../../platform/db/database.ts';
import type { User, UserWithPassword } from '../domain/user.ts';
import { users } from '../schema.ts';

const person = { userId: users.id, email: users.email, roles: users.roles, createTime: users.createdAt };

/** People. */
export function userStatements(db: Executor) {
  return {
    findUser: async (userId: string): Promise<User | undefined> => {
      const [row] = await db.select(person).from(users).where(eq(users.id, userId));
      return row;
    },

    /** @param email normalized */
    findUserByEmail: async (email: string): Promise<UserWithPassword | undefined> => {
      const [row] = await db
        .select({ ...person, passwordHash: users.passwordHash })
        .from(users)
        .where(eq(users.email, email));
      return row;
    },

    /** @returns false if the address is taken */
    insertUser: async (user: UserWithPassword): Promise<boolean> => {
      const { userId, createTime, roles, ...rest } = user;
      const rows = await db
        .insert(users)
        .values({ ...rest, id: userId, createdAt: createTime, roles: [...roles] })
        .onConflictDoNothing({ target: users.email })
        .returning({ id: users.id });
      return rows.length > 0;
    },

    /** Only if the hash is still `before`: a password that was changed meanwhile stays. */
    setPasswordHash: async (userId: string, before: string, passwordHash: string): Promise<void> => {
      await db
        .update(users)
        .set({ passwordHash })
        .where(and(eq(users.id, userId), eq(users.passwordHash, before)));
    },
  };
}
