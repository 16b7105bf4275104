import type { ClientRecord } from '../../../platform/auth/client-network.ts';

/** What an administrator changed in the catalog, as the products service tells it. */
export interface CatalogChange extends ClientRecord {
  /** UUID. It is the id of the entry in the trail, so a change that is told twice has one entry. */
  readonly changeId: string;
  readonly createTime: Date;
  /** UUID of the administrator. */
  readonly actorId: string;
  /** For example `product.update`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  /** Empty if nobody said why. */
  readonly reason: string;
  /** UUID of the request, if it had one. */
  readonly requestId: string | undefined;
  /** The entry that the command line has written for the whole import, as it says. */
  readonly importEntryId: string | undefined;
}
