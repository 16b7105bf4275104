import { alreadyExists, AppError, notFound } from '../../../platform/errors/app-error.ts';

export function emailTaken(): AppError {
  return alreadyExists('EMAIL_TAKEN', 'this address is registered already');
}

/** The same whether the user is unknown or the password is wrong. */
export function invalidCredentials(): AppError {
  return new AppError('unauthenticated', 'INVALID_CREDENTIALS', 'the address or the password is wrong');
}

export function tokenInvalid(): AppError {
  return new AppError('unauthenticated', 'TOKEN_INVALID', 'the token is not valid');
}

export function tokenExpired(): AppError {
  return new AppError('unauthenticated', 'TOKEN_EXPIRED', 'the token has expired');
}

export function tokenReused(): AppError {
  return new AppError('unauthenticated', 'TOKEN_REUSED', 'the token was used before; its session has been ended');
}

/** The same whether there is no such session or it is somebody else's. */
export function sessionNotFound(): AppError {
  return notFound('SESSION_NOT_FOUND', 'there is no such session');
}

export function rateLimited(retryAfterSeconds: number): AppError {
  return new AppError('resource_exhausted', 'RATE_LIMITED', 'too many attempts; try again later', {
    retryAfterSeconds,
  });
}

export function overloaded(): AppError {
  return new AppError('unavailable', 'OVERLOADED', 'too many sign-ins at once; try again', { retryAfterSeconds: 2 });
}
