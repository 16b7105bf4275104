import { create } from '@bufbuild/protobuf';
import { TokensSchema, type Tokens as TokensMessage } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { Tokens } from '../domain/types.ts';

export function tokensToMessage(tokens: Tokens): TokensMessage {
  return create(TokensSchema, {
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    expiresIn: tokens.expiresInSeconds,
    tokenType: 'Bearer',
  });
}
