import type { Logger } from 'pino';
import type { CheckoutMetrics } from '../metrics.ts';
import type { Carts, CheckoutWorkflows, Orders, Wallets } from '../ports.ts';
import type { BacklogLimit } from './backlog-limit.ts';
import type { Rush } from './rush.ts';
import type { Starter } from './starter.ts';

/** What the verbs of checkouts work with. */
export interface CheckoutDeps {
  readonly carts: Carts;
  readonly wallets: Wallets;
  readonly orders: Orders;
  readonly workflows: CheckoutWorkflows;
  readonly starter: Starter;
  readonly rush: Rush;
  readonly backlogLimit: BacklogLimit;
  readonly metrics: CheckoutMetrics;
  readonly logger: Logger;
}
