import type { Client } from '@connectrpc/connect';
import type { Logger } from 'pino';
import type { CartClaimService } from '../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import type { OrderWriteService } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { StockService } from '../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import type { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import type { Activities, AttemptActivities } from '../workflows/contract/checkout.ts';
import { createAttemptActivities } from './attempt.ts';
import { createCartActivities } from './cart.ts';
import { createFundsActivities } from './funds.ts';
import { createOrderActivities } from './order.ts';
import { createStockActivities } from './stock.ts';
import { toldSteps } from './told.ts';

/** The services that the workflows act on, as the worker is allowed to call them. */
export interface ActivityClients {
  readonly claims: Client<typeof CartClaimService>;
  readonly stock: Client<typeof StockService>;
  readonly funds: Client<typeof FundsService>;
  readonly orders: Client<typeof OrderWriteService>;
}

/**
 * All steps of checkout and refund, and the attempt that takes several of them. Each failure is either a refusal or
 * retryable: see `activities/failure.ts`.
 * @param logger gets one line for each try of a step
 */
export function createActivities(clients: ActivityClients, logger: Logger): Activities & AttemptActivities {
  const silent = {
    ...createCartActivities(clients.claims),
    ...createStockActivities(clients.stock),
    ...createFundsActivities(clients.funds),
    ...createOrderActivities(clients.orders),
  };
  const steps = toldSteps(silent, logger);
  return { ...steps, ...createAttemptActivities(steps) };
}
