import type { ConnectRouter } from '@connectrpc/connect';
import { BackofficeService } from '../../proto/gen/ecommerce/backoffice/v1/backoffice_pb.ts';
import type { BackofficeDeps } from './domain/deps.ts';
import { backofficeServiceHandlers } from './handlers/backoffice-service.ts';

/** What the edge may reach. */
export function publicRoutes(deps: BackofficeDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(BackofficeService, backofficeServiceHandlers(deps));
}
