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
  /** For how long only the creator of an order may start it. */
  readonly startDelaySeconds: number;
  /** How long a refund may take before the sweep asks for it again. */
  readonly refundLeaseSeconds: number;
}
