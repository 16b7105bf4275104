import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgSchema, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const ssoSchema = pgSchema('sso');

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Users. `email` is stored normalized: see domain/email.ts. */
export const users = ssoSchema.table(
  'users',
  {
    id: uuid('id').primaryKey(),
    email: text('email').notNull().unique('users_email'),
    /** bcrypt. */
    passwordHash: text('password_hash').notNull(),
    /** Counts the changes of the password by the user. A new hash of the same password does not count. */
    passwordVersion: integer('password_version').notNull().default(1),
    roles: text('roles').array().notNull(),
    createdAt: time('created_at').notNull(),
  },
  (table) => [
    /** Administrators are few: they are counted, and locked, without reading all users. */
    index('users_admins')
      .on(table.id)
      .where(sql`'admin' = any(roles)`),
  ],
);

/** Changes of roles that were made, so that a repeat changes nothing more. */
export const roleChanges = ssoSchema.table('role_changes', {
  /** The entry of the audit trail. */
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  /** The user's roles after the change. */
  roles: text('roles').array().notNull(),
  createdAt: time('created_at').notNull(),
});

/** A sign-in with all its refresh tokens. When the row is revoked, none of them works. */
export const sessions = ssoSchema.table(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: time('created_at').notNull(),
    /** When tokens of the session were last issued. The two columns after it describe the client of that call. */
    lastUsedAt: time('last_used_at').notNull().defaultNow(),
    userAgent: text('user_agent').notNull().default(''),
    /** A network, never a full address: see `maskAddress`. */
    clientNetwork: text('client_network').notNull().default(''),
    /** When its newest refresh token expires. A day later the row may be deleted. */
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
    revokedFor: text('revoked_for', { enum: ['logout', 'reuse', 'revoked', 'password_change', 'role_change'] }),
  },
  (table) => [index('sessions_by_expiry').on(table.expiresAt), index('sessions_by_user').on(table.userId)],
);

/** Refresh tokens by their hash. The tokens themselves are not stored. */
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

/** Signing keys. `published` verifies. `active` verifies and signs; only one key is active. `retired` does neither. */
export const signingKeys = ssoSchema.table(
  'signing_keys',
  {
    kid: text('kid').primaryKey(),
    state: text('state', { enum: keyStates }).notNull(),
    publicJwk: jsonb('public_jwk').$type<{ kty: string; crv: string; x: string }>().notNull(),
    /** AES-256-GCM under a key derived from JWT_SECRET, base64url. */
    privateJwkSealed: text('private_jwk_sealed').notNull(),
    createdAt: time('created_at').notNull(),
    /**
     * When the key began to sign. `deactivated_at`: when it stopped signing. `retired_at`: when it stopped verifying.
     */
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
