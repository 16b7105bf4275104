import { getOption, type DescMethod, type DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import {
  createServiceImplSpec,
  type ConnectRouter,
  type HandlerContext,
  type MethodImplSpec,
  type ServiceImpl,
} from '@connectrpc/connect';
import { access, Access } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { callerKey, requireUser } from '../../auth/caller.ts';
import type { StaffCall, StaffRole } from '../../auth/staff.ts';
import { aboutElse } from '../../telemetry/request-context.ts';

/** Asks sso for the roles of the caller. @returns those of the access token that count. @throws if they do not suffice */
export type CheckStaff = (call: StaffCall) => Promise<readonly string[]>;

/**
 * Registers a service. Each of its methods for support or administrators first asks whether the caller still has the role
 * that it needs: an access token keeps a role that was taken until it expires. Other methods are registered as they are.
 */
export function addStaffService<Service extends DescService>(
  router: ConnectRouter,
  service: Service,
  handlers: Partial<ServiceImpl<Service>>,
  check: CheckStaff,
): void {
  for (const spec of Object.values(createServiceImplSpec(service, handlers).methods)) addMethod(router, spec, check);
}

/** The role that a method needs; undefined if it is not for staff. */
export function staffRoleOf(method: DescMethod): StaffRole | undefined {
  const whoMay = getOption(method, access);
  if (whoMay === Access.ADMIN) return 'admin';
  return whoMay === Access.SUPPORT ? 'support' : undefined;
}

function addMethod(router: ConnectRouter, spec: MethodImplSpec, check: CheckStaff): void {
  const { method } = spec;
  if (spec.kind !== 'unary') throw new Error(`${method.name}: a service with methods for staff has unary calls only`);
  const needs = staffRoleOf(method);
  if (needs === undefined) return void router.rpc(spec.method, spec.impl);
  const changes = method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  router.rpc(spec.method, async (request, context: HandlerContext) => {
    const caller = requireUser(context);
    const authorization = context.requestHeader.get('authorization') ?? '';
    // It is about the caller. The request is about a user, an order or a product.
    const roles = await aboutElse(() => check({ caller, needs, changes, authorization }));
    context.values.set(callerKey, { ...caller, roles });
    return spec.impl(request, context);
  });
}
