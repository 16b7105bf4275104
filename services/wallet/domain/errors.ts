import type { Money } from '../../../proto/money.ts';
import { alreadyExists, AppError, failedPrecondition, notFound } from '../../../platform/errors/app-error.ts';

export const walletNotFound = (): AppError => notFound('WALLET_NOT_FOUND', 'the user has no wallet yet');

export const walletExists = (walletId: string): AppError =>
  alreadyExists('WALLET_EXISTS', 'you have a wallet already', { walletId });

export const currencyMismatch = (walletCurrency: string, currencyCode: string): AppError =>
  failedPrecondition('CURRENCY_MISMATCH', `the wallet is in ${walletCurrency}, the amount in ${currencyCode}`, {
    walletCurrency,
    currencyCode,
  });

export const topUpLimitExceeded = (limitMinor: bigint): AppError =>
  failedPrecondition('TOP_UP_LIMIT_EXCEEDED', 'the wallet would hold more than a wallet may', {
    limit: String(limitMinor),
  });

export const insufficientFunds = (required: Money, available: bigint): AppError =>
  failedPrecondition('INSUFFICIENT_FUNDS', 'the wallet has less available than the order costs', {
    required: String(required.minorUnits),
    available: String(available),
    currencyCode: required.currencyCode,
  });

export const lessAvailable = (amount: Money, available: bigint): AppError =>
  failedPrecondition('INSUFFICIENT_FUNDS', 'the wallet has less available than is to be taken', {
    required: String(amount.minorUnits),
    available: String(available),
    currencyCode: amount.currencyCode,
  });

export const freeTopUpDisabled = (): AppError =>
  new AppError('permission_denied', 'FREE_TOP_UP_DISABLED', 'users cannot put money into their own wallets here');

/** Other transactions are ending holds of the wallet. Only a repeat can tell whether enough money is available. */
export const walletBusy = (): AppError =>
  new AppError('unavailable', 'DATABASE_BUSY', 'the wallet is busy; try again', { retryAfterSeconds: 1 });

export const holdNotFound = (): AppError => failedPrecondition('HOLD_NOT_FOUND', 'no money was held for this order');

export const holdNotCaptured = (): AppError =>
  failedPrecondition('HOLD_NOT_CAPTURED', 'no money was taken for this order');

export const holdExpired = (): AppError =>
  failedPrecondition('EXPIRED', 'the time in which the held money could be taken is over');

export const alreadyVoided = (): AppError =>
  failedPrecondition('ALREADY_VOIDED', 'the hold of this order was voided before');

export const alreadyCaptured = (): AppError =>
  failedPrecondition('ALREADY_CAPTURED', 'the money of this order is already taken');
