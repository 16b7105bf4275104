import { AppError, failedPrecondition, invalidArgument, notFound } from '../../../platform/errors/app-error.ts';
import type { OrderStatus } from './types.ts';

/** The order does not exist or is another user's. The caller can't tell which. */
export function orderNotFound(orderId: string): AppError {
  return notFound('ORDER_NOT_FOUND', 'there is no such order', { orderId });
}

/** The order is not in the status that the write starts from. */
export function orderClosed(orderId: string, status: OrderStatus): AppError {
  return failedPrecondition('ORDER_CLOSED', `the order is ${status}`, { orderId, status });
}

/** The order has FAILED. */
export function orderNotCancellable(orderId: string, status: OrderStatus): AppError {
  return failedPrecondition('ORDER_NOT_CANCELLABLE', "the order can't be cancelled any more", { orderId, status });
}

/** The order has not completed. Whether a PENDING order is paid is not known here, so the message does not tell. */
export function nothingToRefund(orderId: string, status: OrderStatus): AppError {
  const message =
    status === 'PENDING'
      ? 'the order is PENDING: its checkout is under way and ends by itself; refund it once it is COMPLETED, or let its buyer or an operator cancel it now'
      : `the order is ${status}: its checkout ended without a purchase, and the buyer's wallet has all its money`;
  return failedPrecondition('ORDER_NOT_CANCELLABLE', message, { orderId, status });
}

/** @param cause by whom and why it was refunded */
export function refundedBefore(orderId: string, cause: string): AppError {
  const message = `the order was refunded before: ${cause}`;
  return failedPrecondition('ORDER_NOT_CANCELLABLE', message, { orderId, status: 'CANCELLED' });
}

/** The money is being taken, and what follows takes longer than the caller waits. A repeat cancels the order then. */
export function cancellationPending(orderId: string): AppError {
  const message = "the order's money is being taken; ask again to cancel the order once that is done";
  return new AppError('unavailable', 'CANCELLATION_PENDING', message, {
    kind: 'unknown',
    metadata: { orderId },
    retryAfterSeconds: 2,
  });
}

/** The refund is wished for, and the sweep asks for it. */
export function refundPending(orderId: string): AppError {
  return new AppError('unavailable', 'REFUND_PENDING', 'the refund is still under way; ask again', {
    kind: 'unknown',
    metadata: { orderId },
    retryAfterSeconds: 5,
  });
}

/** The refund is wished for, and Temporal does not answer. The sweep asks for it, so nobody has to try again. */
export function refundWaits(orderId: string, cause: AppError): AppError {
  const message =
    'the refund is recorded and goes on by itself as soon as the workflow service answers; asking again shows how it ends';
  const { retryAfterSeconds = 5 } = cause;
  return new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', message, {
    kind: 'unknown',
    metadata: { orderId },
    retryAfterSeconds,
    cause,
  });
}

export function totalMismatch(description: string): AppError {
  return invalidArgument('TOTAL_MISMATCH', 'total', description);
}
