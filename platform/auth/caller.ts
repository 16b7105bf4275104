import { createContextKey, type HandlerContext } from '@connectrpc/connect';
import { AppError } from '../errors/app-error.ts';

/** A signed-in person, from a verified access token. */
export interface UserCaller {
  readonly kind: 'user';
  readonly userId: string;
  readonly roles: readonly string[];
  /** UUID of the session in which the token was issued. The session may have ended since; only sso knows. */
  readonly sessionId: string;
}

/** Another service, from a verified service token. */
interface ServiceCaller {
  readonly kind: 'service';
  readonly name: string;
}

interface AnonymousCaller {
  readonly kind: 'anonymous';
}

export type Caller = UserCaller | ServiceCaller | AnonymousCaller;

/** Set by the auth interceptor before any handler runs. */
export const callerKey = createContextKey<Caller>({ kind: 'anonymous' }, { description: 'verified caller' });

/** The user who calls a method with ACCESS_USER, ACCESS_SUPPORT or ACCESS_ADMIN. @throws TOKEN_INVALID for any other caller */
export function requireUser(context: HandlerContext): UserCaller {
  const caller = context.values.get(callerKey);
  if (caller.kind !== 'user') {
    throw new AppError('unauthenticated', 'TOKEN_INVALID', 'an access token is required');
  }
  return caller;
}
