import { AppError, failedPrecondition, notFound } from '../../../platform/errors/app-error.ts';
import type { StoredRefusal } from './types.ts';

/** A refusal as the trail keeps it. */
export function toStoredRefusal({ code, reason, message, metadata }: AppError): StoredRefusal {
  return { code, reason, message, metadata };
}

/** The same refusal again, for a repeat of its request. */
export function storedRefusal({ code, reason, message, metadata }: StoredRefusal): AppError {
  return new AppError(code, { received: reason }, message, { metadata });
}

/** An administrator who asks to lose a role: by mistake, most likely. Another administrator can take it. */
export function ownRole(): AppError {
  return new AppError(
    'failed_precondition',
    'OWN_ROLE',
    'nobody takes a role from themselves; ask another administrator',
  );
}

/** A member of support who refunds what they bought themselves: somebody else has to look at it. */
export function ownOrder(): AppError {
  return new AppError(
    'permission_denied',
    'OWN_ORDER',
    'support does not refund its own orders; ask a colleague, or cancel the order as its buyer',
  );
}

/** Another refund with the same words is there first, and nobody knows yet how it comes out. */
export function sameRefundUnderWay(orderId: string): AppError {
  const message = 'another refund of this order for the same reason is under way; ask again';
  return new AppError('unavailable', 'REFUND_PENDING', message, {
    kind: 'unknown',
    metadata: { orderId },
    retryAfterSeconds: 5,
  });
}

/** Another refund with the same words was there first. */
export function sameRefundDone(orderId: string, cause: string): AppError {
  const message = `the order was refunded before, for the same reason: ${cause}`;
  return failedPrecondition('ORDER_NOT_CANCELLABLE', message, { orderId, status: 'CANCELLED' });
}

/** Neither an order nor a payment of one has this id. */
export function orderNotFound(orderId: string): AppError {
  return notFound('ORDER_NOT_FOUND', 'there is no such order', { orderId });
}
