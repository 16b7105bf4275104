import type { Order } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { accountOf, openSession, type MaybeAccount } from './account.ts';
import type { Context } from './context.ts';
import { failureOf } from './failure.ts';
import type { Session } from './session.ts';
import { userOf } from './who.ts';

export interface ReadOrder {
  readonly order: Order;
  /** UUID of the buyer. */
  readonly userId: string;
}

/** The buyer's email address; undefined if it cannot be read with what there is. An order is shown without it, too. */
export async function buyerEmailOf(context: Context, userId: string, given: MaybeAccount): Promise<string | undefined> {
  try {
    const { email = context.env['ADMIN_EMAIL'] ?? '', password = context.env['ADMIN_PASSWORD'] ?? '' } = given;
    if (email === '' || password === '') return undefined;
    const api = await context.signIn(email, password);
    return api.userId === userId ? email : (await userOf(api, userId)).email;
  } catch {
    return undefined;
  }
}

/**
 * Reads an order: with a service key from the order service, which needs no account; with an account from the API.
 * @throws ORDER_NOT_FOUND, also for the order of somebody else unless the account is support or an administrator
 */
export async function readOrder(context: Context, orderId: string, given: MaybeAccount): Promise<ReadOrder> {
  const account = accountOf(context, given);
  if (account !== undefined) return readAs(await openSession(context, account), orderId);
  const { order, userId } = await context.sagaOrder(orderId);
  return { order: known(order, orderId), userId };
}

/** Reads an order as a user: their own one, and that of anybody if they are support or an administrator. */
export async function readAs(session: Session, orderId: string): Promise<ReadOrder & { readonly isOwn: boolean }> {
  const own = await ownOrder(session, orderId);
  if (own !== undefined) return { order: own, userId: session.userId, isOwn: true };
  const { order } = await session.call(({ admin, asUser }) => admin.getOrder({ orderId }, asUser));
  return { order: known(order, orderId), userId: order?.userId ?? '', isOwn: false };
}

/** @returns undefined if it is not theirs, and they may read the orders of others */
async function ownOrder({ call, roles }: Session, orderId: string): Promise<Order | undefined> {
  try {
    const { order } = await call(({ orders, asUser }) => orders.getOrder({ orderId }, asUser));
    return known(order, orderId);
  } catch (error) {
    const mayReadOthers = roles.includes('admin') || roles.includes('support');
    if (mayReadOthers && failureOf(error).failure.reason === 'ORDER_NOT_FOUND') return undefined;
    throw error;
  }
}

function known(order: Order | undefined, orderId: string): Order {
  if (order === undefined) throw new Error(`the answer contains no order ${orderId}`);
  return order;
}
