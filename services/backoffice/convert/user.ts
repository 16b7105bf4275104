import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { UserSchema, type User as UserMessage } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { User } from '../domain/types.ts';

export function userToMessage({ userId, email, roles, createTime }: User): UserMessage {
  return create(UserSchema, { userId, email, roles: [...roles], createTime: timestampFromDate(createTime) });
}
