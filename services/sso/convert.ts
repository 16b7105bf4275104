import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  TokensSchema,
  UserSchema,
  type Tokens as TokensMessage,
  type User as UserMessage,
} from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { Tokens } from './domain/tokens.ts';
import type { User } from './domain/user.ts';

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
