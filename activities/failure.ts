import { ApplicationFailure } from '@temporalio/common';
import type { AppError } from '../platform/errors/app-error.ts';
import { fromConnectError } from '../platform/errors/from-connect.ts';
import type { Failure } from '../workflows/contract/checkout.ts';
import { refusal } from '../workflows/contract/refusal.ts';

/** A refused service token says nothing about the order. The step is retried until an operator corrects the token. */
const aboutTheCaller: ReadonlySet<string> = new Set(['unauthenticated', 'permission_denied']);

/** Turns a failed call of a service into the activity's failure: a definitive refusal is not retried, all else is (rule S12). */
export function toActivityFailure(service: string, error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const known = fromConnectError(error);
  return isDefinitive(known) ? refusal(known) : transient(service, known, error);
}

/** Its message is for people who look at a step that is being retried. */
function transient(service: string, { reason, message, metadata }: AppError, error: unknown): ApplicationFailure {
  const failure: Failure = { reason, message, metadata };
  return ApplicationFailure.create({
    message: `${service}: ${message}`,
    type: reason,
    details: [failure],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

function isDefinitive({ kind, code }: AppError): boolean {
  return kind === 'definitive' && !aboutTheCaller.has(code);
}
