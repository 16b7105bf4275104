import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { access, Access, callers } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import type { ReasonOf } from '../../../proto/reasons.ts';
import type { AccessToken, AccessTokenVerifier } from '../../auth/access-token.ts';
import type { Caller } from '../../auth/caller.ts';
import type { ServiceTokenVerifier } from '../../auth/service-token.ts';
import { tokenTypeOf } from '../../auth/token-rules.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Logger } from '../../telemetry/logger.ts';

export interface AuthDeps {
  readonly accessTokens: AccessTokenVerifier;
  readonly serviceTokens: ServiceTokenVerifier;
  readonly logger: Logger;
}

/** What tells who calls: a token, or the name of a service that calls from within this process. */
export type Credential = { readonly token: string | undefined } | { readonly service: string };

/** Tells who calls, and refuses who may not. It answers at once for tokens that were verified shortly before. */
export type Identify = (credential: Credential) => Caller | Promise<Caller>;

const anonymous: Caller = { kind: 'anonymous' };

function denied(reason: ReasonOf<'permission_denied'>, message: string): AppError {
  return new AppError('permission_denied', reason, message);
}

function userOf({ userId, roles, sessionId }: AccessToken, needed: Access): Caller {
  const admin = roles.includes('admin');
  if (needed === Access.ADMIN && !admin) throw denied('ADMIN_REQUIRED', 'only administrators may call this');
  if (needed === Access.SUPPORT && !admin && !roles.includes('support'))
    throw denied('SUPPORT_REQUIRED', 'only support and administrators may call this');
  return { kind: 'user', userId, roles, sessionId };
}

function asUser({ accessTokens }: AuthDeps, needed: Access): Identify {
  const notForServices = () => denied('USER_REQUIRED', 'only users may call this');
  const verified = async (token: string) => {
    if (tokenTypeOf(token) === 'service') throw notForServices();
    return userOf(await accessTokens.verify(token), needed);
  };
  return (credential) => {
    if ('service' in credential) throw notForServices();
    const { token } = credential;
    if (token === undefined) throw new AppError('unauthenticated', 'TOKEN_INVALID', 'an access token is required');
    const known = accessTokens.known(token);
    return known === undefined ? verified(token) : userOf(known, needed);
  };
}

function asService({ accessTokens, serviceTokens }: AuthDeps, method: DescMethod): Identify {
  const use = { audience: method.parent.typeName, scope: method.name };
  const allowed = getOption(method, callers);
  const serviceOf = (name: string): Caller => {
    if (!allowed.includes(name)) {
      throw denied('CALLER_NOT_ALLOWED', `${name} may not call ${method.name}`);
    }
    return { kind: 'service', name };
  };
  const verified = async (token: string) => {
    if (tokenTypeOf(token) === 'user') {
      // A valid user token gets CALLER_NOT_ALLOWED. For a forged one, `verify` throws TOKEN_INVALID.
      await accessTokens.verify(token);
      throw denied('CALLER_NOT_ALLOWED', 'only services may call this');
    }
    return serviceOf(await serviceTokens.verify(token, use));
  };
  return (credential) => {
    if ('service' in credential) return serviceOf(credential.service);
    const { token } = credential;
    if (token === undefined) throw new AppError('unauthenticated', 'TOKEN_INVALID', 'a service token is required');
    const known = serviceTokens.known(token, use);
    return known === undefined ? verified(token) : serviceOf(known);
  };
}

/**
 * Enforces the options `access` and `callers` of a method. 401 for a missing or invalid token, 403 for a valid one that
 * does not suffice. The options are read once, because each read decodes them.
 */
export function identifyFor(method: DescMethod, deps: AuthDeps): Identify {
  const needed = getOption(method, access);
  switch (needed) {
    case Access.ANYONE:
      return () => anonymous;
    case Access.USER:
    case Access.SUPPORT:
    case Access.ADMIN:
      return asUser(deps, needed);
    case Access.SERVICE:
      return asService(deps, method);
    case Access.UNSPECIFIED:
      return () => {
        deps.logger.error(
          { method: `${method.parent.typeName}/${method.name}` },
          'the method has no access option in its proto, so the call is refused',
        );
        throw denied('ACCESS_UNDECIDED', 'nobody may call this');
      };
    default:
      return () => {
        throw denied('ACCESS_UNDECIDED', 'nobody may call this');
      };
  }
}
