import { z } from 'zod';
import type { OrderRepository } from '../repository.ts';
import { pageTokenInvalid } from './errors.ts';
import type { Order, OrderStatus } from './order.ts';

export interface ListOrdersInput {
  readonly userId: string;
  /** Only these; all if absent. */
  readonly status: OrderStatus | undefined;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

export interface OrderPage {
  readonly orders: readonly Order[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

const defaultPageSize = 50;
const maxPageSize = 200;
const tokenSchema = z.tuple([z.iso.datetime(), z.uuid(), z.string()]);

/** One page of a user's orders, newest first. @throws PAGE_TOKEN_INVALID */
export async function listOrders(deps: { orders: OrderRepository }, input: ListOrdersInput): Promise<OrderPage> {
  const { userId, status } = input;
  const size = Math.min(input.pageSize || defaultPageSize, maxPageSize);
  const after = input.pageToken === '' ? undefined : readToken(input.pageToken, status);
  const found = await deps.orders.page({ userId, status, after, limit: size + 1 });
  const orders = found.slice(0, size);
  const last = found.length > size ? orders.at(-1) : undefined;
  return { orders, nextPageToken: last ? writeToken(last, status) : '' };
}

function writeToken(last: Order, status: OrderStatus | undefined): string {
  const token: z.infer<typeof tokenSchema> = [last.createTime.toISOString(), last.orderId, status ?? ''];
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(token: string, status: OrderStatus | undefined) {
  const parsed = tokenSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString()));
  if (!parsed.success) throw pageTokenInvalid();
  const [createTime, orderId, tokenStatus] = parsed.data;
  if (tokenStatus !== (status ?? '')) throw pageTokenInvalid();
  return { createTime: new Date(createTime), orderId };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
