import type { Client } from '@connectrpc/connect';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { Checkouts, StartableOrder } from '../ports.ts';

/** Workflows in a set instead of in Temporal; none of them does anything unless a test makes it. */
export class FakeCheckouts implements Checkouts {
  readonly open = new Set<string>();
  /** Every start that was tried, also those that failed. */
  readonly tried: StartableOrder[] = [];
  readonly settled: StartableOrder[] = [];
  down = false;
  /** What a started workflow does. */
  onStart: (order: StartableOrder) => Promise<unknown> = async () => undefined;
  onCancel: 'CANCELLED' | 'NOT_CANCELLABLE' = 'CANCELLED';
  write: Client<typeof OrderWriteService> | undefined;

  async start(order: StartableOrder): Promise<'started' | 'exists'> {
    this.tried.push(order);
    this.#assertUp();
    const outcome = this.open.has(order.orderId) ? 'exists' : 'started';
    this.open.add(order.orderId);
    await this.onStart(order);
    return outcome;
  }

  async settle(order: StartableOrder): Promise<void> {
    this.#assertUp();
    this.settled.push(order);
    this.open.add(order.orderId);
  }

  async isOpen(orderId: string): Promise<boolean> {
    this.#assertUp();
    return this.open.has(orderId);
  }

  async cancel({ orderId }: StartableOrder, cause: string): Promise<'CANCELLED' | 'NOT_CANCELLABLE'> {
    this.#assertUp();
    if (this.onCancel === 'CANCELLED') {
      await this.write?.cancel({ orderId, expectedStatus: OrderStatus.PENDING, cause });
    }
    return this.onCancel;
  }

  async check(): Promise<void> {
    this.#assertUp();
  }

  #assertUp(): void {
    if (this.down) throw new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'try again', { retryAfterSeconds: 1 });
  }
}
