import type { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Money } from '../../proto/gen/ecommerce/type/v1/money_pb.ts';
import type { Outcome } from './outcome.ts';

/** An order before its checkout is cancelled. */
export interface Cancellable {
  readonly status: OrderStatus;
  readonly total: Money | undefined;
  /** UUID of the buyer, if that is somebody else than who cancels. */
  readonly buyer: string | undefined;
  /** Cancels the running checkout. @returns NOT_CANCELLABLE once the money is taken, or the order has ended otherwise */
  readonly cancel: () => Promise<Outcome>;
  /** The order's status after the cancel. */
  readonly statusNow: () => Promise<OrderStatus>;
  /** Of an order that has ended: ends what earlier cancels left open in the audit trail. Only those of operators are there. */
  readonly endOpenEntries?: () => Promise<void>;
}
