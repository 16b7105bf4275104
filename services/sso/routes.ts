import type { ConnectRouter } from '@connectrpc/connect';
import type { Hono } from 'hono';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { SsoDeps } from './domain/deps.ts';
import { getMe, validateToken } from './handlers/identity.ts';
import { changePassword } from './handlers/password.ts';
import { logout, refresh } from './handlers/session.ts';
import { listSessions, revokeOtherSessions, revokeSession } from './handlers/sessions.ts';
import { login, register } from './handlers/auth-service.ts';

export function publicRoutes(deps: SsoDeps): (router: ConnectRouter) => void {
  return (router) =>
    void router.service(AuthService, {
      register: register(deps),
      login: login(deps),
      refresh: refresh(deps),
      logout: logout(deps),
      getMe: getMe(deps),
      validateToken: validateToken(deps),
      listSessions: listSessions(deps),
      revokeSession: revokeSession(deps),
      revokeOtherSessions: revokeOtherSessions(deps),
      changePassword: changePassword(deps),
    });
}

/** The key set that whoever verifies access tokens reads. */
export function keySetRoute(deps: SsoDeps): (app: Hono) => void {
  return (app) =>
    void app.get('/.well-known/jwks.json', async (context) => {
      context.header('Cache-Control', 'public, max-age=30');
      return context.json(await deps.keys.jwks());
    });
}
