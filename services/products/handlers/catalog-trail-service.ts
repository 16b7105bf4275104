import type { ServiceImpl } from '@connectrpc/connect';
import type { CatalogTrailService } from '../../../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import { catalogChangeToMessage } from '../convert/catalog-change.ts';
import { confirmChanges } from '../domain/confirm-changes.ts';
import type { ProductsDeps } from '../domain/deps.ts';
import { listWaitingChanges } from '../domain/list-waiting-changes.ts';

/** What the back office takes into its audit trail. */
export function catalogTrailServiceHandlers(deps: ProductsDeps): ServiceImpl<typeof CatalogTrailService> {
  return {
    listWaitingChanges: async ({ limit }) => {
      return { changes: (await listWaitingChanges(deps, { limit })).map(catalogChangeToMessage) };
    },

    confirmChanges: async ({ changeIds }) => {
      await confirmChanges(deps, { changeIds });
      return {};
    },
  };
}
