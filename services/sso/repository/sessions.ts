import { eq, lt } from 'drizzle-orm';
import type { Executor } from '../../platform/db/database.ts';
import { refreshTokens, sessions } from '../schema.ts';

export interface NewSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface NewRefreshToken {
  readonly hash: string;
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface FoundRefreshToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly spentAt: Date | undefined;
  /** Its session has ended. */
  readonly revoked: boolean;
}

/** Sessions and their refresh tokens. */
export function sessionStatements(db: Executor) {
  return {
    insertSession: async ({ sessionId, ...session }: NewSession): Promise<void> => {
      await db.insert(sessions).values({ ...session, id: sessionId });
    },

    insertRefreshToken: async (token: NewRefreshToken): Promise<void> => {
      await db.insert(refreshTokens).values(token);
    },

    /** Locks token and session, both, so that what is read of them is current. */
    lockRefreshToken: async (hash: string): Promise<FoundRefreshToken | undefined> => {
      const [row] = await db
        .select({
          sessionId: sessions.id,
          userId: sessions.userId,
          expiresAt: refreshTokens.expiresAt,
          spentAt: refreshTokens.spentAt,
          revokedAt: sessions.revokedAt,
        })
        .from(refreshTokens)
        .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
        .where(eq(refreshTokens.hash, hash))
        .for('update');
      if (row === undefined) return undefined;
      const { spentAt, revokedAt, ...rest } = row;
      return { ...rest, spentAt: spentAt ?? undefined, revoked: revokedAt !== null };
    },

    spendRefreshToken: async (hash: string, now: Date): Promise<void> => {
      await db.update(refreshTokens).set({ spentAt: now }).where(eq(refreshTokens.hash, hash));
    },

    extendSession: async (sessionId: string, expiresAt: Date): Promise<void> => {
      await db.update(sessions).set({ expiresAt }).where(eq(sessions.id, sessionId));
    },

    revokeSession: async (sessionId: string, revokedFor: 'logout' | 'reuse', now: Date): Promise<void> => {
      await db.update(sessions).set({ revokedAt: now, revokedFor }).where(eq(sessions.id, sessionId));
    },

    /** Forgets sessions, with their tokens, whose last token expired before `before`; returns how many. */
    forgetSessions: async (before: Date): Promise<number> => {
      const gone = await db.delete(sessions).where(lt(sessions.expiresAt, before)).returning({ id: sessions.id });
      return gone.length;
    },
  };
}
