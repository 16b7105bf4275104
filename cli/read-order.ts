import type { Order } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { Context } from './context.ts';

interface ReadOrder {
  readonly order: Order;
  /** UUID of the buyer. */
  readonly userId: string;
}

/**
 * Reads an order of any user: with a service key from the order service, which needs no account; without one from the
 * API, with the account of ADMIN_EMAIL and ADMIN_PASSWORD. @throws ORDER_NOT_FOUND
 */
export async function readOrder(context: Context, orderId: string): Promise<ReadOrder> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password, SERVICE_KEYS_DIR: keys } = context.env;
  const byApi = (keys ?? '') === '' && email !== undefined && password !== undefined;
  const { order, userId } = byApi ? await fromApi(context, orderId, email, password) : await context.sagaOrder(orderId);
  if (order === undefined) throw new Error(`the answer contains no order ${orderId}`);
  return { order, userId };
}

async function fromApi(context: Context, orderId: string, email: string, password: string) {
  const { admin, asUser } = await context.signIn(email, password);
  const { order } = await admin.getOrder({ orderId }, asUser);
  return { order, userId: order?.userId ?? '' };
}
