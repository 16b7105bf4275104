import type { ConnectRouter } from '@connectrpc/connect';
import type { Hono } from 'hono';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { SsoDeps } from './domain/deps.ts';
import { authServiceHandlers } from './handlers/auth-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: SsoDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(AuthService, authServiceHandlers(deps));
}

/** The path of the key set, which verifiers of access tokens read. */
export function httpRoutes(deps: SsoDeps): (app: Hono) => void {
  return (app) =>
    void app.get('/.well-known/jwks.json', async (context) => {
      context.header('Cache-Control', 'public, max-age=30');
      return context.json(await deps.keys.jwks());
    });
}
