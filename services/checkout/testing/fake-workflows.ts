import type { Client } from '@connectrpc/connect';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { currentOrigin, type Origin } from '../../../platform/telemetry/request-context.ts';
import type { WorkflowRecord } from '../../../proto/workflow-record.ts';
import type { CheckoutProgress } from '../domain/types.ts';
import type { CheckoutWorkflows } from '../ports.ts';

/** Fake workflows: a set of the open ones. A workflow does nothing unless the test says what it does. */
export class FakeCheckoutWorkflows implements CheckoutWorkflows {
  readonly open = new Set<string>();
  /** Every start that was tried, also those that failed. */
  readonly tried: PlacedOrder[] = [];
  readonly settled: PlacedOrder[] = [];
  /** The request in which each order was started or settled the last time. */
  readonly origins = new Map<string, Origin | undefined>();
  down = false;
  /** What a started workflow does. */
  onStart: (order: PlacedOrder) => Promise<unknown> = async () => undefined;
  /** What Temporal knows of each order. */
  readonly records = new Map<string, readonly WorkflowRecord[]>();
  /** What the workflow of each order tells of its steps. */
  readonly progresses = new Map<string, CheckoutProgress>();
  onCancel: 'CANCELLED' | 'NOT_CANCELLABLE' = 'CANCELLED';
  /** The order service at which a cancel also cancels the order. If it is absent, the order stays as it is. */
  write: Pick<Client<typeof OrderWriteService>, 'cancel'> | undefined;

  async start(order: PlacedOrder): Promise<'started' | 'exists'> {
    this.tried.push(order);
    this.origins.set(order.orderId, currentOrigin());
    this.#assertUp();
    const outcome = this.open.has(order.orderId) ? 'exists' : 'started';
    this.open.add(order.orderId);
    await this.onStart(order);
    return outcome;
  }

  async settle(order: PlacedOrder): Promise<void> {
    this.#assertUp();
    this.settled.push(order);
    this.origins.set(order.orderId, currentOrigin());
    this.open.add(order.orderId);
  }

  async isOpen(orderId: string): Promise<boolean> {
    this.#assertUp();
    return this.open.has(orderId);
  }

  async cancel({ orderId }: PlacedOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'> {
    this.#assertUp();
    if (this.onCancel === 'CANCELLED') {
      await this.write?.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause });
    }
    return this.onCancel;
  }

  async describe(orderId: string): Promise<readonly WorkflowRecord[]> {
    this.#assertUp();
    return this.records.get(orderId) ?? [];
  }

  async progress(orderId: string): Promise<CheckoutProgress | undefined> {
    this.#assertUp();
    return this.progresses.get(orderId);
  }

  async check(): Promise<void> {
    this.#assertUp();
  }

  #assertUp(): void {
    if (this.down) throw new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'try again', { retryAfterSeconds: 1 });
  }
}
