import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { CallOptions, Client } from '@connectrpc/connect';
import type {
  CatalogChange as CatalogChangeMessage,
  CatalogTrailService,
} from '../../../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import type { CatalogChange } from '../domain/catalog-change.ts';
import type { CatalogChanges } from '../ports.ts';

export type CatalogTrailClient = Client<typeof CatalogTrailService>;

/** The changes of administrators that the products service keeps for the audit trail. */
export function createCatalogChanges(client: CatalogTrailClient): CatalogChanges {
  return {
    waiting: async (limit, withinMs) => {
      const { changes } = await client.listWaitingChanges({ limit }, within(withinMs)).catch(refuse);
      return changes.map(fromMessage);
    },
    confirm: async (changeIds, withinMs) => {
      await client.confirmChanges({ changeIds: [...changeIds] }, within(withinMs)).catch(refuse);
    },
  };
}

const within = (timeoutMs?: number): CallOptions => (timeoutMs === undefined ? {} : { timeoutMs });

function refuse(error: unknown): never {
  throw fromConnectError(error);
}

function fromMessage({ createTime, requestId, importEntryId, ...change }: CatalogChangeMessage): CatalogChange {
  if (createTime === undefined) throw new Error('the answer of the products service is incomplete');
  const { changeId, actorId, clientNetwork, userAgent, action, subject, detail, reason } = change;
  return {
    ...{ changeId, actorId, clientNetwork, userAgent, action, subject, detail, reason },
    createTime: timestampDate(createTime),
    requestId: requestId === '' ? undefined : requestId,
    importEntryId: importEntryId === '' ? undefined : importEntryId,
  };
}
