import { type AppError, failedPrecondition, invalidArgument, notFound } from '../../../platform/errors/app-error.ts';
import type { OrderStatus } from './types.ts';

/** The order does not exist or is another user's. The caller can't tell which. */
export function orderNotFound(orderId: string): AppError {
  return notFound('ORDER_NOT_FOUND', 'there is no such order', { orderId });
}

/** The order is not in the status that the write starts from. */
export function orderClosed(orderId: string, status: OrderStatus): AppError {
  return failedPrecondition('ORDER_CLOSED', `the order is ${status}`, { orderId, status });
}

/** The order has FAILED, or its money is already captured. */
export function orderNotCancellable(orderId: string, status: OrderStatus): AppError {
  return failedPrecondition('ORDER_NOT_CANCELLABLE', "the order can't be cancelled any more", { orderId, status });
}

export function totalMismatch(description: string): AppError {
  return invalidArgument('TOTAL_MISMATCH', 'total', description);
}
