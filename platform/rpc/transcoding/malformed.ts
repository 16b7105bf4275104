import { AppError, type FieldViolation } from '../../errors/app-error.ts';

/** A request that can't be read as the message it should be. */
export function malformed(violations: readonly FieldViolation[], message?: string, cause?: unknown): AppError {
  const text = message ?? violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return new AppError('invalid_argument', 'MALFORMED_REQUEST', text, { violations, cause });
}
