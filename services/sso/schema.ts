import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgSchema, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const ssoSchema = pgSchema('sso');

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** People who can sign in. `email` is stored normalized: see domain/email.ts. */
export const users = ssoSchema.table('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull().unique('users_email'),
  /** bcrypt. */
  passwordHash: text('password_hash').notNull(),
  /** Counts the user's own changes; the same password hashed again is none. */
  passwordVersion: integer('password_version').notNull().default(1),
  roles: text('roles').array().notNull(),
  createdAt: time('created_at').notNull(),
});

/** A sign-in and all refresh tokens that came of it: revoking the row revokes the family. */
export const sessions = ssoSchema.table(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: time('created_at').notNull(),
    /** When tokens were last issued in it; the two after it describe the client then. */
    lastUsedAt: time('last_used_at').notNull().defaultNow(),
    userAgent: text('user_agent').notNull().default(''),
    /** A network, never a full address: see `maskAddress`. */
    clientNetwork: text('client_network').notNull().default(''),
    /** When the newest of its refresh tokens expires; rows well past it may go. */
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
    revokedFor: text('revoked_for', { enum: ['logout', 'reuse', 'revoked', 'password_change'] }),
  },
  (table) => [index('sessions_by_expiry').on(table.expiresAt), index('sessions_by_user').on(table.userId)],
);

/** Refresh tokens by hash; the tokens themselves are stored nowhere. */
export const refreshTokens = ssoSchema.table(
  'refresh_tokens',
  {
    /** SHA-256, base64url. */
    hash: text('hash').primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    spentAt: time('spent_at'),
  },
  (table) => [index('refresh_tokens_by_session').on(table.sessionId)],
);

export const keyStates = ['published', 'active', 'retired'] as const;
export type KeyState = (typeof keyStates)[number];

/** Signing keys. Published: verifies. Active: verifies and signs; there is one. Retired: neither. */
export const signingKeys = ssoSchema.table(
  'signing_keys',
  {
    kid: text('kid').primaryKey(),
    state: text('state', { enum: keyStates }).notNull(),
    publicJwk: jsonb('public_jwk').$type<{ kty: string; crv: string; x: string }>().notNull(),
    /** AES-256-GCM under a key derived from JWT_SECRET, base64url. */
    privateJwkSealed: text('private_jwk_sealed').notNull(),
    createdAt: time('created_at').notNull(),
    /** When it last began or ceased to sign. */
    activatedAt: time('activated_at'),
    deactivatedAt: time('deactivated_at'),
    retiredAt: time('retired_at'),
  },
  (table) => [
    check('signing_keys_state', sql`${table.state} in ('published', 'active', 'retired')`),
    uniqueIndex('signing_keys_one_active')
      .on(table.state)
      .where(sql`state = 'active'`),
  ],
);
