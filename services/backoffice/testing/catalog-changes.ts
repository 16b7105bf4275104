import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { randomUUID } from 'node:crypto';
import {
  CatalogChangeSchema,
  ConfirmChangesResponseSchema,
  ListWaitingChangesResponseSchema,
} from '../../../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import type { CatalogTrailClient } from '../adapters/catalog-changes.ts';
import type { CatalogChange } from '../domain/catalog-change.ts';
import type { CatalogChanges } from '../ports.ts';

/** The changes of a products service. */
export class FakeCatalogChanges implements CatalogChanges {
  #waiting: CatalogChange[] = [];
  /** Thrown by every call. */
  away: Error | undefined;
  /** The next confirmation gets lost. */
  confirmationLost = false;

  make(fields: Partial<CatalogChange> = {}): CatalogChange {
    const change: CatalogChange = {
      ...{ changeId: randomUUID(), actorId: randomUUID(), createTime: new Date(), requestId: undefined },
      ...{ clientNetwork: '192.0.2.0/24', userAgent: 'curl/8', action: 'product.update', importEntryId: undefined },
      ...{ subject: 'product 1 (LAMP)', detail: 'price 1.00 USD → 2.00 USD', reason: 'dearer', ...fields },
    };
    this.#waiting.push(change);
    return change;
  }

  get left(): readonly string[] {
    return this.#waiting.map(({ changeId }) => changeId);
  }

  async waiting(limit: number): Promise<readonly CatalogChange[]> {
    if (this.away !== undefined) throw this.away;
    return this.#waiting.slice(0, limit);
  }

  async confirm(changeIds: readonly string[]): Promise<void> {
    if (this.away !== undefined) throw this.away;
    const lost = this.confirmationLost;
    this.confirmationLost = false;
    if (lost) throw new Error('the confirmation was lost');
    this.#waiting = this.#waiting.filter(({ changeId }) => !changeIds.includes(changeId));
  }

  /** The same changes behind the client that the adapter uses. */
  client(): CatalogTrailClient {
    return {
      listWaitingChanges: async ({ limit = 0 }) => {
        const changes = (await this.waiting(limit)).map(({ createTime, requestId, importEntryId, ...change }) =>
          create(CatalogChangeSchema, {
            ...change,
            createTime: timestampFromDate(createTime),
            requestId: requestId ?? '',
            importEntryId: importEntryId ?? '',
          }),
        );
        return create(ListWaitingChangesResponseSchema, { changes });
      },
      confirmChanges: async ({ changeIds = [] }) => {
        await this.confirm(changeIds);
        return create(ConfirmChangesResponseSchema);
      },
    };
  }
}
