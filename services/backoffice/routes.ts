import type { ConnectRouter } from '@connectrpc/connect';
import { AdminService } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { addStaffService } from '../../platform/rpc/server/staff-routes.ts';
import type { BackofficeDeps } from './domain/deps.ts';
import { requireRole } from './domain/require-role.ts';
import { adminServiceHandlers } from './handlers/admin-service.ts';

/** What the edge may reach. Every method first asks whether the caller still has the role that it needs. */
export function publicRoutes(deps: BackofficeDeps): (router: ConnectRouter) => void {
  return (router) =>
    addStaffService(router, AdminService, adminServiceHandlers(deps), (call) => requireRole(deps, call));
}
