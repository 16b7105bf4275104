import type { Logger } from 'pino';
import type { OrderMetrics } from '../metrics.ts';
import type { OrderChanges, OrderWorkflows } from '../ports.ts';
import type { OrderRepository } from '../repository/index.ts';

/** What the verbs of orders work with. */
export interface OrderDeps {
  readonly repository: OrderRepository;
  readonly workflows: OrderWorkflows;
  readonly changes: OrderChanges;
  readonly metrics: OrderMetrics;
  readonly logger: Logger;
  /** How long the sweep of unstarted orders leaves a new one to whoever created it. */
  readonly startDelaySeconds: number;
  /** How long the refund sweep leaves a refund to whoever asked for it. */
  readonly refundLeaseSeconds: number;
}
