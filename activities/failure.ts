import { ApplicationFailure } from '@temporalio/common';
import type { AppError } from '../platform/errors/app-error.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import type { Failure } from '../workflows/contract/checkout.ts';
import { refusal } from '../workflows/contract/refusal.ts';

/** A refused service token says nothing about the order: an operator mends the configuration, and the step is retried. */
const aboutTheCaller: ReadonlySet<string> = new Set(['unauthenticated', 'permission_denied']);

/** The failure of an activity whose call failed: not retryable if the service refused it for good, otherwise retryable. */
export function toActivityFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const known = fromConnectError(error);
  return isDefinitive(known) ? refusal(known) : transient(known, error);
}

function transient({ reason, message, metadata }: AppError, error: unknown): ApplicationFailure {
  const failure: Failure = { reason, message, metadata };
  return ApplicationFailure.create({
    message,
    type: reason,
    details: [failure],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

function isDefinitive({ kind, code }: AppError): boolean {
  return kind === 'definitive' && !aboutTheCaller.has(code);
}
