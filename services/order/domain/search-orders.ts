import { z } from 'zod';
import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenTime } from '../../../platform/data/paging/page-token.ts';
import type { OrderDeps } from './deps.ts';
import type { OrderPage } from './list-orders.ts';
import type { OrderStatus } from './types.ts';

export interface SearchOrdersInput {
  /** Only orders of this buyer; undefined means all. */
  readonly userId: string | undefined;
  /** Only orders in this status; undefined means all. */
  readonly status: OrderStatus | undefined;
  /** Only orders that were created at this time or later. */
  readonly from: Date | undefined;
  /** Only orders that were created before this time. */
  readonly to: Date | undefined;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

const tokens = createPageTokens(z.object({ createTime: tokenTime, orderId: z.uuid() }));

/** One page of the orders of all users, newest first. @throws PAGE_TOKEN_INVALID */
export async function searchOrders(deps: OrderDeps, input: SearchOrdersInput): Promise<OrderPage> {
  const { userId, status, from, to } = input;
  const size = pageSizeOf(input.pageSize);
  const filter = JSON.stringify([userId, status, from, to]);
  const after = tokens.decode(input.pageToken, filter);
  const found = await deps.repository.search({ userId, status, from, to, after, limit: size + 1 });
  const { shown, last } = cutPage(found, size);
  return { orders: shown, nextPageToken: last ? tokens.encode(last, filter) : '' };
}
