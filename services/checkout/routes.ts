import type { ConnectRouter } from '@connectrpc/connect';
import { WorkflowRecordService } from '../../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { CheckoutDeps } from './domain/deps.ts';
import { checkoutServiceHandlers } from './handlers/checkout-service.ts';
import { workflowRecordServiceHandlers } from './handlers/workflow-record-service.ts';

/** The RPCs that the edge may reach. */
export function publicRoutes(deps: CheckoutDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(CheckoutService, checkoutServiceHandlers(deps));
}

/** The RPCs that only the back office calls. */
export function internalRoutes(deps: CheckoutDeps): (router: ConnectRouter) => void {
  return (router) => void router.service(WorkflowRecordService, workflowRecordServiceHandlers(deps));
}
