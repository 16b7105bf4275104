import type { ConnectRouter } from '@connectrpc/connect';
import { AdminService } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { BackofficeDeps } from './domain/deps.ts';
import { adminServiceHandlers } from './handlers/admin-service.ts';

/** What the edge may reach. */
export function publicRoutes(deps: BackofficeDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(AdminService, adminServiceHandlers(deps));
}
