import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CatalogChangeSchema } from '../../../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import type { CatalogChange } from '../domain/types.ts';

export function catalogChangeToMessage(change: CatalogChange): MessageInitShape<typeof CatalogChangeSchema> {
  const { createTime, requestId, importEntryId, ...texts } = change;
  return {
    ...texts,
    createTime: timestampFromDate(createTime),
    requestId: requestId ?? '',
    importEntryId: importEntryId ?? '',
  };
}
