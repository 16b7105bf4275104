import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  SessionSchema,
  TokensSchema,
  UserSchema,
  type Session as SessionMessage,
  type Tokens as TokensMessage,
  type User as UserMessage,
} from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { User } from '../domain/types.ts';
import type { SessionRecord } from '../repository/sessions.ts';

export function toUserMessage(user: User): UserMessage {
  return create(UserSchema, {
    userId: user.userId,
    email: user.email,
    roles: [...user.roles],
    createTime: timestampFromDate(user.createTime),
  });
}

export function toTokensMessage(tokens: Tokens): TokensMessage {
  return create(TokensSchema, {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    expiresIn: tokens.expiresInSeconds,
    tokenType: 'Bearer',
  });
}

export function toSessionMessage(session: SessionRecord, currentSessionId: string): SessionMessage {
  return create(SessionSchema, {
    sessionId: session.sessionId,
    createTime: timestampFromDate(session.createdAt),
    lastUsedTime: timestampFromDate(session.lastUsedAt),
    expireTime: timestampFromDate(session.expiresAt),
    userAgent: session.userAgent,
    clientAddress: session.clientNetwork,
    current: session.sessionId === currentSessionId,
  });
}
