import { getOption, type DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import {
  createServiceImplSpec,
  type ConnectRouter,
  type HandlerContext,
  type MethodImplSpec,
  type ServiceImpl,
} from '@connectrpc/connect';
import { access, Access } from '../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { AdminService } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { callerKey, requireUser } from '../../platform/auth/caller.ts';
import { aboutElse } from '../../platform/telemetry/request-context.ts';
import type { BackofficeDeps } from './domain/deps.ts';
import { requireRole } from './domain/require-role.ts';
import { adminServiceHandlers } from './handlers/admin-service.ts';

/** What the edge may reach. Every method first asks whether the caller still has the role that it needs. */
export function publicRoutes(deps: BackofficeDeps): (router: ConnectRouter) => void {
  const specs = specsOf(AdminService, adminServiceHandlers(deps));
  return (router) => {
    for (const spec of specs) addChecked(router, deps, spec);
  };
}

function specsOf<T extends DescService>(service: T, handlers: Partial<ServiceImpl<T>>): readonly MethodImplSpec[] {
  return Object.values(createServiceImplSpec(service, handlers).methods);
}

function addChecked(router: ConnectRouter, deps: BackofficeDeps, spec: MethodImplSpec): void {
  const { method } = spec;
  if (spec.kind !== 'unary') throw new Error(`${method.name}: the role is checked for unary calls only`);
  const needs = getOption(method, access) === Access.SUPPORT ? 'support' : 'admin';
  const changes = method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  router.rpc(spec.method, async (request, context: HandlerContext) => {
    const caller = requireUser(context);
    // It is about the caller. The request is about a user or an order.
    const roles = await aboutElse(() => requireRole(deps, { ...caller, needs, changes }));
    context.values.set(callerKey, { ...caller, roles });
    return spec.impl(request, context);
  });
}
