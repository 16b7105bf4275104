import { AppError, type FieldViolation } from '../../errors/app-error.ts';

/** The error for a request that cannot be read as its message. */
export function malformed(violations: readonly FieldViolation[], message?: string, cause?: unknown): AppError {
  const text = message ?? violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return new AppError('invalid_argument', 'MALFORMED_REQUEST', text, { violations, cause });
}
