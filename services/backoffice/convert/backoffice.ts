import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  BackofficeSchema,
  type Backoffice as BackofficeMessage,
} from '../../../proto/gen/ecommerce/backoffice/v1/backoffice_pb.ts';
import type { Backoffice } from '../domain/types.ts';

export function backofficeToMessage({ backofficeId, text, createdAt }: Backoffice): BackofficeMessage {
  return create(BackofficeSchema, { backofficeId, text, createTime: timestampFromDate(createdAt) });
}
