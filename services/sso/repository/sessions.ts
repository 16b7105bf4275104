import { and, asc, desc, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import type { Executor } from '../../../platform/data/db/database.ts';
import { forgetBefore } from '../../../platform/data/db/forget.ts';
import type { SessionRecord, SessionTrace } from '../domain/types.ts';
import { refreshTokens, sessions } from '../schema.ts';

export type RevokedFor = 'logout' | 'reuse' | 'revoked' | 'password_change' | 'role_change';

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
  /** Whether its session has ended. */
  readonly revoked: boolean;
}

export interface SessionPosition {
  readonly createdAt: Date;
  readonly sessionId: string;
}

const shown = {
  sessionId: sessions.id,
  userId: sessions.userId,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
  lastUsedAt: sessions.lastUsedAt,
  userAgent: sessions.userAgent,
  clientNetwork: sessions.clientNetwork,
};

const live = (userId: string, now: Date) =>
  and(eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now));

/** A session has many tokens, which are deleted with it. */
const sessionsAtOnce = 50;

/** Statements on sessions and their refresh tokens. */
export function sessionStatements(db: Executor) {
  return {
    insertSession: async ({ sessionId, ...session }: SessionRecord): Promise<void> => {
      await db.insert(sessions).values({ ...session, id: sessionId });
    },

    insertRefreshToken: async (token: NewRefreshToken): Promise<void> => {
      await db.insert(refreshTokens).values(token);
    },

    /** Locks the token and its session, and reads both as they are now. */
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

    extendSession: async (sessionId: string, expiresAt: Date, trace: SessionTrace): Promise<void> => {
      await db
        .update(sessions)
        .set({ expiresAt, ...trace })
        .where(eq(sessions.id, sessionId));
    },

    revokeSession: async (sessionId: string, revokedFor: RevokedFor, now: Date): Promise<void> => {
      await db.update(sessions).set({ revokedAt: now, revokedFor }).where(eq(sessions.id, sessionId));
    },

    /** Whether the session can still be refreshed. */
    isLiveSession: async (userId: string, sessionId: string, now: Date): Promise<boolean> => {
      const rows = await db
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.id, sessionId), live(userId, now)));
      return rows.length > 0;
    },

    /** Newest first. `before` is the last session of the former page. */
    listLiveSessions: async (
      userId: string,
      now: Date,
      page: { readonly before: SessionPosition | undefined; readonly limit: number },
    ): Promise<SessionRecord[]> => {
      const { before, limit } = page;
      const onPage =
        before === undefined
          ? undefined
          : sql`(${sessions.createdAt}, ${sessions.id}) < (${before.createdAt.toISOString()}::timestamptz, ${before.sessionId}::uuid)`;
      return db
        .select(shown)
        .from(sessions)
        .where(and(live(userId, now), onPage))
        .orderBy(desc(sessions.createdAt), desc(sessions.id))
        .limit(limit);
    },

    /** Locks the user's live sessions in the order of their ids, so that two calls do not deadlock. */
    lockLiveSessions: async (userId: string, now: Date): Promise<string[]> => {
      const rows = await db
        .select({ id: sessions.id })
        .from(sessions)
        .where(live(userId, now))
        .orderBy(asc(sessions.id))
        .for('update');
      return rows.map(({ id }) => id);
    },

    /**
     * Ends a session. If it has ended already, its time and reason stay.
     * @returns false if the user has no such session
     */
    revokeSessionOf: async (userId: string, sessionId: string, now: Date): Promise<boolean> => {
      const reason: RevokedFor = 'revoked';
      const rows = await db
        .update(sessions)
        .set({
          revokedAt: sql`coalesce(${sessions.revokedAt}, ${now.toISOString()}::timestamptz)`,
          revokedFor: sql`coalesce(${sessions.revokedFor}, ${reason})`,
        })
        .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
        .returning({ id: sessions.id });
      return rows.length > 0;
    },

    /** Ends all live sessions of a user except one. @returns how many */
    revokeSessionsExcept: async (
      userId: string,
      sessionId: string,
      revokedFor: RevokedFor,
      now: Date,
    ): Promise<number> => {
      const ended = await db
        .update(sessions)
        .set({ revokedAt: now, revokedFor })
        .where(and(live(userId, now), ne(sessions.id, sessionId)))
        .returning({ id: sessions.id });
      return ended.length;
    },

    /** Ends all live sessions of a user. */
    revokeSessionsOf: async (userId: string, revokedFor: RevokedFor, now: Date): Promise<void> => {
      await db.update(sessions).set({ revokedAt: now, revokedFor }).where(live(userId, now));
    },

    /**
     * Deletes sessions, with their tokens, whose last token expired before `before`, in batches until `signal` ends it.
     * @returns how many
     */
    forgetSessions: (before: Date, signal?: AbortSignal): Promise<number> => {
      const which = { table: sessions, time: sessions.expiresAt, before: sql`${before.toISOString()}::timestamptz` };
      return forgetBefore(db, which, { signal, batchSize: sessionsAtOnce });
    },
  };
}
