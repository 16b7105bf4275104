import { alreadyExists, AppError, notFound } from '../../../platform/errors/app-error.ts';

export function emailTaken(): AppError {
  return alreadyExists('EMAIL_TAKEN', 'this email address is registered already');
}

/** The error is the same for an unknown user and for a wrong password. */
export function invalidCredentials(): AppError {
  return new AppError('unauthenticated', 'INVALID_CREDENTIALS', 'the email address or the password is wrong');
}

export function tokenInvalid(): AppError {
  return new AppError('unauthenticated', 'TOKEN_INVALID', 'the token is not valid');
}

export function tokenExpired(): AppError {
  return new AppError('unauthenticated', 'TOKEN_EXPIRED', 'the token has expired');
}

export function tokenReused(): AppError {
  return new AppError(
    'unauthenticated',
    'TOKEN_REUSED',
    'the token was used before, so its session has been ended; sign in again',
  );
}

/** The session does not exist or is another user's. The caller can't tell which. */
export function sessionNotFound(): AppError {
  return notFound('SESSION_NOT_FOUND', 'there is no such session');
}

/** For other services, which may know of every user. */
export function userNotFound(userId: string): AppError {
  return notFound('USER_NOT_FOUND', 'there is no such user', { userId });
}

export function lastAdmin(): AppError {
  return new AppError(
    'failed_precondition',
    'LAST_ADMIN',
    'the user is the last administrator; make another one first',
  );
}

export function rateLimited(retryAfterSeconds: number): AppError {
  return new AppError(
    'resource_exhausted',
    'RATE_LIMITED',
    `too many attempts; try again in ${waitOf(retryAfterSeconds)}`,
    {
      retryAfterSeconds,
    },
  );
}

/** In minutes, rounded up, if it is more than one. */
function waitOf(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes > 1) return `${minutes} minutes`;
  return Math.ceil(seconds) === 1 ? '1 second' : `${Math.ceil(seconds)} seconds`;
}

export function overloaded(): AppError {
  return new AppError('unavailable', 'OVERLOADED', 'too many sign-ins at the same time; try again', {
    retryAfterSeconds: 2,
  });
}
