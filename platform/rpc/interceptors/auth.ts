import { getOption, type DescMethod } from '@bufbuild/protobuf';
import type { Interceptor } from '@connectrpc/connect';
import { access, Access, callers } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import type { ReasonOf } from '../../../proto/reasons.ts';
import type { AccessTokenVerifier } from '../../auth/access-token.ts';
import { bearerToken } from '../../auth/bearer.ts';
import { callerKey, type Caller } from '../../auth/caller.ts';
import type { ServiceTokenVerifier } from '../../auth/service-token.ts';
import { tokenTypeOf } from '../../auth/token-rules.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Logger } from '../../telemetry/logger.ts';

export interface AuthDeps {
  readonly accessTokens: AccessTokenVerifier;
  readonly serviceTokens: ServiceTokenVerifier;
  readonly logger: Logger;
}

const anonymous: Caller = { kind: 'anonymous' };

function denied(reason: ReasonOf<'permission_denied'>, message: string): AppError {
  return new AppError('permission_denied', reason, message);
}

async function asUser(deps: AuthDeps, token: string | undefined, admin: boolean): Promise<Caller> {
  if (token === undefined) throw new AppError('unauthenticated', 'TOKEN_INVALID', 'an access token is required');
  if (tokenTypeOf(token) === 'service') throw denied('USER_REQUIRED', 'only users may call this');
  const { userId, roles, sessionId } = await deps.accessTokens.verify(token);
  if (admin && !roles.includes('admin')) throw denied('ADMIN_REQUIRED', 'only administrators may call this');
  return { kind: 'user', userId, roles, sessionId };
}

async function asService(deps: AuthDeps, token: string | undefined, method: DescMethod): Promise<Caller> {
  if (token === undefined) throw new AppError('unauthenticated', 'TOKEN_INVALID', 'a service token is required');
  if (tokenTypeOf(token) === 'user') {
    // A valid user token gets CALLER_NOT_ALLOWED. For a forged one, `verify` throws TOKEN_INVALID.
    await deps.accessTokens.verify(token);
    throw denied('CALLER_NOT_ALLOWED', 'only services may call this');
  }
  const name = await deps.serviceTokens.verify(token, { audience: method.parent.typeName, scope: method.name });
  if (!getOption(method, callers).includes(name)) {
    throw denied('CALLER_NOT_ALLOWED', `${name} may not call ${method.name}`);
  }
  return { kind: 'service', name };
}

/**
 * Enforces the options `access` and `callers` of each method, and passes the caller to handlers (`callerKey`).
 * 401 for a missing or invalid token, 403 for a valid one that does not suffice.
 */
export function authInterceptor(deps: AuthDeps): Interceptor {
  async function identify(method: DescMethod, header: Headers): Promise<Caller> {
    const needed = getOption(method, access);
    const token = bearerToken(header.get('authorization'));
    switch (needed) {
      case Access.ANYONE:
        return anonymous;
      case Access.USER:
      case Access.ADMIN:
        return asUser(deps, token, needed === Access.ADMIN);
      case Access.SERVICE:
        return asService(deps, token, method);
      case Access.UNSPECIFIED:
        deps.logger.error(
          { method: `${method.parent.typeName}/${method.name}` },
          'the method has no access option in its proto, so the call is refused',
        );
        throw denied('ACCESS_UNDECIDED', 'nobody may call this');
      default:
        throw denied('ACCESS_UNDECIDED', 'nobody may call this');
    }
  }
  return (next) => async (request) => {
    request.contextValues.set(callerKey, await identify(request.method, request.header));
    return next(request);
  };
}
