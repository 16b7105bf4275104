import { createClient, createRouterTransport, type Interceptor } from '@connectrpc/connect';
import { Hono } from 'hono';
import type { Redis } from 'ioredis';
import { decodeJwt } from 'jose';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { callerKey } from '../../../platform/auth/caller.ts';
import { clientAddressKey } from '../../../platform/rpc/server/client-address.ts';
import { contractInterceptor } from '../../../platform/testing/contract.ts';
import { createTestDatabase } from '../../../platform/testing/database.ts';
import { buildSso } from '../app.ts';
import { readSsoConfig } from '../config.ts';

export { refusal } from '../../../platform/testing/refusal.ts';

interface TestOptions {
  readonly redis?: Redis;
  /** Settings by their environment names. By default bcrypt has its lowest cost. */
  readonly env?: Readonly<Record<string, string>>;
}

interface TestCaller {
  userId: string;
  sessionId: string;
  address: string;
  userAgent: string;
}

/** Replaces the platform's authentication, which has its tests in platform/auth. */
function asCaller(caller: TestCaller): Interceptor {
  return (next) => (request) => {
    const { userId, sessionId } = caller;
    request.header.set('user-agent', caller.userAgent);
    request.contextValues.set(clientAddressKey, caller.address);
    if (userId !== '') request.contextValues.set(callerKey, { kind: 'user', userId, roles: ['customer'], sessionId });
    return next(request);
  };
}

const callerOf = (accessToken: string) => {
  const { sub, sid } = decodeJwt(accessToken);
  return { userId: sub ?? '', sessionId: String(sid) };
};

/** The service on a new database, called through its client, with a clock that only the test moves. */
export async function createSsoSuite(options: TestOptions = {}) {
  const database = await createTestDatabase('sso', 'sso');
  const clock = { now: new Date() };
  const caller: TestCaller = { userId: '', sessionId: '', address: '192.0.2.1', userAgent: 'tests/1.0' };
  const build = (env: Readonly<Record<string, string>> = {}, who = caller) => {
    const service = buildSso({
      db: database.db,
      redis: options.redis,
      logger: pino({ level: 'silent' }),
      registry: new Registry(),
      config: readSsoConfig({ SSO_BCRYPT_COST: '4', ...options.env, ...env }),
      clock: () => clock.now,
    });
    const transport = createRouterTransport((router) => service.routes?.(router), {
      router: { interceptors: [contractInterceptor(), asCaller(who)] },
    });
    const http = new Hono();
    service.http?.(http);
    return { service, http, auth: createClient(AuthService, transport) };
  };
  const app = build();
  await app.service.start?.();
  return {
    ...app,
    /** Another replica on the same database, not started. */
    build,
    database,
    clock,
    caller,
    pass: (seconds: number): void => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
    /** Makes all later calls with this access token. */
    become: (accessToken: string): void => {
      Object.assign(caller, callerOf(accessToken));
    },
    /** A client that always has this access token. */
    as: (accessToken: string) => build({}, { ...caller, ...callerOf(accessToken) }).auth,
    register: async (email = newEmail(), password = 'correct horse') => {
      const { user, tokens } = await app.auth.register({ email, password });
      if (user === undefined || tokens === undefined) throw new Error('the answer is not complete');
      return { email, password, user, tokens };
    },
    close: async () => {
      await app.service.stop?.();
      await database.close();
    },
  };
}

export type SsoSuite = Awaited<ReturnType<typeof createSsoSuite>>;

export function newEmail(): string {
  return `${randomUUID()}@example.com`;
}
