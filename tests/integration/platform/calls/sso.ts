import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import { createSsoRepository, type SsoRepository } from '../../../../services/sso/repository/index.ts';
import type { KeyStatements } from '../../../../services/sso/repository/keys.ts';
import { make, type Calls, type Ids } from './calls.ts';

export async function callSso(db: Database, ids: Ids): Promise<void> {
  const repository = createSsoRepository(db);
  await make<SsoRepository, 'transaction' | 'changingKeys'>(repository, calls, ids);
  await repository.changingKeys((keys) => make<KeyStatements>(keys, keyCalls, ids));
}

const now = new Date();
const trace = { lastUsedAt: now, userAgent: '', clientNetwork: '' };
const token = () => ({ hash: randomUUID(), sessionId: randomUUID(), createdAt: now, expiresAt: now });

const calls: Calls<SsoRepository, 'transaction' | 'changingKeys'> = {
  findUser: ({ findUser }, { userId }) => findUser(userId),
  findUserByEmail: ({ findUserByEmail }) => findUserByEmail('admin@example.com'),
  findUserWithCredentials: ({ findUserWithCredentials }, { userId }) => findUserWithCredentials(userId),
  insertUser: ({ insertUser }) => {
    const [userId, email] = [randomUUID(), `${randomUUID()}@example.com`];
    return insertUser({ userId, email, roles: [], createTime: now, passwordHash: 'none' });
  },
  lockPassword: ({ lockPassword }, { userId }) => lockPassword(userId, 1),
  changePassword: ({ changePassword }) => changePassword(randomUUID(), 1, 'none'),
  setPasswordHash: ({ setPasswordHash }) => setPasswordHash(randomUUID(), 'none', 'another'),
  lockRoles: ({ lockRoles }, { userId }) => lockRoles(userId),
  lockAdmins: ({ lockAdmins }) => lockAdmins(),
  setRoles: ({ setRoles }) => setRoles(randomUUID(), []),
  findRoleChange: ({ findRoleChange }) => findRoleChange(randomUUID()),
  insertRoleChange: ({ insertRoleChange }, { userId }) =>
    insertRoleChange({ changeId: randomUUID(), userId, roles: [], createdAt: now }),
  insertSession: ({ insertSession }, { userId }) =>
    insertSession({ ...trace, sessionId: randomUUID(), userId, createdAt: now, expiresAt: now }),
  insertRefreshToken: ({ insertRefreshToken }) => insertRefreshToken(token()),
  lockRefreshToken: ({ lockRefreshToken }) => lockRefreshToken('none'),
  spendRefreshToken: ({ spendRefreshToken }) => spendRefreshToken('none', now),
  extendSession: ({ extendSession }) => extendSession(randomUUID(), now, trace),
  revokeSession: ({ revokeSession }) => revokeSession(randomUUID(), 'logout', now),
  isLiveSession: ({ isLiveSession }, { userId, sessionId }) => isLiveSession(userId, sessionId, now),
  listLiveSessions: async ({ listLiveSessions }, { userId, sessionId }) => {
    await listLiveSessions(userId, now, { before: undefined, limit: 51 });
    await listLiveSessions(userId, now, { before: { createdAt: now, sessionId }, limit: 51 });
  },
  lockLiveSessions: ({ lockLiveSessions }, { userId }) => lockLiveSessions(userId, now),
  revokeSessionOf: ({ revokeSessionOf }, { sessionId }) => revokeSessionOf(randomUUID(), sessionId, now),
  revokeSessionsExcept: ({ revokeSessionsExcept }, { sessionId }) =>
    revokeSessionsExcept(randomUUID(), sessionId, 'password_change', now),
  revokeSessionsOf: ({ revokeSessionsOf }) => revokeSessionsOf(randomUUID(), 'role_change', now),
  forgetSessions: ({ forgetSessions }) => forgetSessions(new Date(0)),
  allKeys: ({ allKeys }) => allKeys(),
  usableKeys: ({ usableKeys }) => usableKeys(),
  ping: ({ ping }) => ping(),
};

const keyCalls: Calls<KeyStatements> = {
  allKeys: ({ allKeys }) => allKeys(),
  usableKeys: ({ usableKeys }) => usableKeys(),
  insertKey: ({ insertKey }) =>
    insertKey({
      kid: randomUUID(),
      state: 'retired',
      publicJwk: { kty: 'OKP', crv: 'Ed25519', x: '' },
      privateJwkSealed: '',
      createdAt: now,
      activatedAt: null,
      deactivatedAt: null,
      retiredAt: now,
    }),
  activateKey: ({ activateKey }) => activateKey('none', now),
  deactivateKey: ({ deactivateKey }) => deactivateKey('none', now),
  retireKey: ({ retireKey }) => retireKey('none', now),
  retireAll: ({ retireAll }) => retireAll(now),
};
