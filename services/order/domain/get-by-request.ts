import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { OrderDeps } from './deps.ts';
import { orderNotFound } from './errors.ts';
import type { NewOrder, Order } from './types.ts';

/** The order of an earlier request. @throws ORDER_NOT_FOUND, REQUEST_ID_REUSED for another fingerprint */
export async function getByRequest(
  deps: OrderDeps,
  input: Pick<NewOrder, 'userId' | 'requestId' | 'requestFingerprint'>,
): Promise<Order> {
  const found = await deps.repository.findByRequest(input.userId, input.requestId);
  if (found === undefined) throw orderNotFound('');
  if (found.fingerprint !== input.requestFingerprint) throw requestIdReused(input.requestId);
  return found.order;
}
