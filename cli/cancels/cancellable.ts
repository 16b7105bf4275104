import type { OrderStatus } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Money } from '../../proto/gen/ecommerce/type/v1/money_pb.ts';

/** An order before its checkout is cancelled. */
export interface Cancellable {
  readonly status: OrderStatus;
  readonly total: Money | undefined;
  /** UUID of the buyer, if that is somebody else than who cancels. */
  readonly buyer: string | undefined;
  /** Cancels the running checkout. @returns CANCELLED, or NOT_CANCELLABLE once the money is taken */
  readonly cancel: () => Promise<string>;
}
