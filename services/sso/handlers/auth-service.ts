import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { AuthService, LoginRequest, RegisterRequest } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { toTokensMessage, toUserMessage } from '../convert/user.ts';
import type { SsoDeps } from '../domain/deps.ts';
import { login as signIn } from '../domain/login.ts';
import { register as signUp, type Credentials, type SignedIn } from '../domain/register.ts';
import { clientOf } from './client.ts';

function toCredentials({ email, password }: LoginRequest | RegisterRequest, context: HandlerContext): Credentials {
  return { email, password, client: clientOf(context) };
}

function toResponse({ user, tokens }: SignedIn) {
  return { user: toUserMessage(user), tokens: toTokensMessage(tokens) };
}

export function register(deps: SsoDeps): ServiceImpl<typeof AuthService>['register'] {
  return async (request, context) => toResponse(await signUp(deps, toCredentials(request, context)));
}

export function login(deps: SsoDeps): ServiceImpl<typeof AuthService>['login'] {
  return async (request, context) => toResponse(await signIn(deps, toCredentials(request, context)));
}
