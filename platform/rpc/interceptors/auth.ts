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

/**
 * Tells who calls. It answers at once for tokens that were verified shortly before.
 * @throws TOKEN_INVALID; USER_REQUIRED for a service's token where only users may call
 */
export type Identify = (credential: Credential) => Caller | Promise<Caller>;

/** Refuses a caller who is known but may not call. @throws AppError `permission_denied` */
export type Authorize = (caller: Caller) => void;

const anonymous: Caller = { kind: 'anonymous' };

function denied(reason: ReasonOf<'permission_denied'>, message: string): AppError {
  return new AppError('permission_denied', reason, message);
}

const userRequired = () => denied('USER_REQUIRED', 'only users may call this');

function userOf({ userId, roles, sessionId }: AccessToken): Caller {
  return { kind: 'user', userId, roles, sessionId };
}

function serviceOf(name: string): Caller {
  return { kind: 'service', name };
}

function asUser({ accessTokens }: AuthDeps): Identify {
  const verified = async (token: string) => {
    if (tokenTypeOf(token) === 'service') throw userRequired();
    return userOf(await accessTokens.verify(token));
  };
  return (credential) => {
    if ('service' in credential) return serviceOf(credential.service);
    const { token } = credential;
    if (token === undefined) throw new AppError('unauthenticated', 'TOKEN_INVALID', 'an access token is required');
    const known = accessTokens.known(token);
    return known === undefined ? verified(token) : userOf(known);
  };
}

function asService({ accessTokens, serviceTokens }: AuthDeps, method: DescMethod): Identify {
  const use = { audience: method.parent.typeName, scope: method.name };
  const verified = async (token: string) =>
    tokenTypeOf(token) === 'user'
      ? userOf(await accessTokens.verify(token))
      : serviceOf(await serviceTokens.verify(token, use));
  return (credential) => {
    if ('service' in credential) return serviceOf(credential.service);
    const { token } = credential;
    if (token === undefined) throw new AppError('unauthenticated', 'TOKEN_INVALID', 'a service token is required');
    const known = serviceTokens.known(token, use);
    return known === undefined ? verified(token) : serviceOf(known);
  };
}

/** Enforces the option `access` of a method: 401 for a missing or invalid token. The option is read once: a read decodes it. */
export function identifyFor(method: DescMethod, deps: AuthDeps): Identify {
  switch (getOption(method, access)) {
    case Access.ANYONE:
      return () => anonymous;
    case Access.USER:
    case Access.SUPPORT:
    case Access.ADMIN:
      return asUser(deps);
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

/** Enforces the options `access` and `callers` of a method: 403 for a valid token that does not suffice. */
export function authorizeFor(method: DescMethod): Authorize {
  switch (getOption(method, access)) {
    case Access.USER:
      return (caller) => void rolesOf(caller);
    case Access.SUPPORT:
      return (caller) => {
        const roles = rolesOf(caller);
        if (!roles.includes('support') && !roles.includes('admin'))
          throw denied('SUPPORT_REQUIRED', 'only support and administrators may call this');
      };
    case Access.ADMIN:
      return (caller) => {
        if (!rolesOf(caller).includes('admin')) throw denied('ADMIN_REQUIRED', 'only administrators may call this');
      };
    case Access.SERVICE:
      return onlyServices(method);
    case Access.ANYONE:
      return () => undefined;
    case Access.UNSPECIFIED:
    default:
      return () => {
        throw denied('ACCESS_UNDECIDED', 'nobody may call this');
      };
  }
}

/** @throws USER_REQUIRED */
function rolesOf(caller: Caller): readonly string[] {
  if (caller.kind !== 'user') throw userRequired();
  return caller.roles;
}

function onlyServices(method: DescMethod): Authorize {
  const allowed = getOption(method, callers);
  return (caller) => {
    if (caller.kind !== 'service') throw denied('CALLER_NOT_ALLOWED', 'only services may call this');
    if (!allowed.includes(caller.name))
      throw denied('CALLER_NOT_ALLOWED', `${caller.name} may not call ${method.name}`);
  };
}
