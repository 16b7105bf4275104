import { z } from 'zod';
import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenTime } from '../../../platform/data/paging/page-token.ts';
import type { OrderDeps } from './deps.ts';
import type { Order, OrderStatus } from './types.ts';

export interface ListOrdersInput {
  readonly userId: string;
  /** Only orders in this status; undefined means all. */
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

const tokens = createPageTokens(z.object({ createTime: tokenTime, orderId: z.uuid() }));

/** One page of a user's orders, newest first. @throws PAGE_TOKEN_INVALID */
export async function listOrders(deps: OrderDeps, input: ListOrdersInput): Promise<OrderPage> {
  const { userId, status } = input;
  const size = pageSizeOf(input.pageSize);
  const after = tokens.decode(input.pageToken, status);
  const found = await deps.repository.page({ userId, status, after, limit: size + 1 });
  const { shown, last } = cutPage(found, size);
  return { orders: shown, nextPageToken: last ? tokens.encode(last, status) : '' };
}
