import type { ConnectRouter } from '@connectrpc/connect';
import type { Hono } from 'hono';
import { UserDirectoryService } from '../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { SsoDeps } from './domain/deps.ts';
import { authServiceHandlers } from './handlers/auth-service.ts';
import { userDirectoryServiceHandlers } from './handlers/user-directory-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: SsoDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(AuthService, authServiceHandlers(deps));
}

/** The RPCs that only the back office calls. */
export function internalRoutes(deps: SsoDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(UserDirectoryService, userDirectoryServiceHandlers(deps));
}

/** The path of the key set, which verifiers of access tokens read. */
export function httpRoutes(deps: SsoDeps): (app: Hono) => void {
  return (app) =>
    void app.get('/.well-known/jwks.json', async (context) => {
      context.header('Cache-Control', 'public, max-age=30');
      return context.json(await deps.keys.jwks());
    });
}
