import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SessionSchema, type Session as SessionMessage } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { SessionRecord } from '../domain/types.ts';

export function sessionToMessage(session: SessionRecord, currentSessionId: string): SessionMessage {
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
