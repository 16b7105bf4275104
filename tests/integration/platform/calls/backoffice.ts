import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import type { CatalogChange } from '../../../../services/backoffice/domain/catalog-change.ts';
import type { EntryFilter } from '../../../../services/backoffice/repository/filter.ts';
import {
  createBackofficeRepository,
  type BackofficeRepository,
} from '../../../../services/backoffice/repository/index.ts';
import { subjectOfOrder } from '../../../../services/backoffice/domain/operation.ts';
import { make, type Calls, type Ids } from './calls.ts';

export async function callBackoffice(db: Database, ids: Ids): Promise<void> {
  await make<BackofficeRepository>(createBackofficeRepository(db), calls, ids);
}

const wish = ({ userId, orderId }: Ids) => ({
  action: 'order.refund' as const,
  actorId: randomUUID(),
  actorRole: 'support' as const,
  userId,
  orderId,
  reason: 'a test',
  requestId: randomUUID(),
});
const operation = ({ orderId }: Ids, action: string) => ({
  actorName: 'ops@laptop',
  actorId: randomUUID(),
  action,
  userId: randomUUID(),
  subject: subjectOfOrder(orderId),
  reason: 'a test',
});

const change = (): CatalogChange => ({
  changeId: randomUUID(),
  createTime: new Date(),
  actorId: randomUUID(),
  clientNetwork: '',
  userAgent: '',
  action: 'product.update',
  subject: 'a product',
  detail: '',
  reason: 'a test',
  requestId: undefined,
  importEntryId: undefined,
});

/** Each filter alone, and a later page of each. */
function filters({ userId, orderId }: Ids): readonly EntryFilter[] {
  const all: EntryFilter = {
    userId: undefined,
    actorId: undefined,
    orderId: undefined,
    orderSubject: undefined,
    action: undefined,
    before: undefined,
    limit: 51,
  };
  const each: readonly Partial<EntryFilter>[] = [
    {},
    { userId },
    { actorId: userId },
    { orderId, orderSubject: subjectOfOrder(orderId) },
    { action: 'wallet.credit' },
  ];
  return each.flatMap((filter) => [
    { ...all, ...filter },
    { ...all, ...filter, before: 1_000_000n },
  ]);
}

const calls: Calls<BackofficeRepository> = {
  begin: async ({ begin }, ids) => {
    const asked = wish(ids);
    await begin(asked);
    await begin(asked);
  },
  end: ({ end }) => end(randomUUID(), { outcome: 'DONE', answer: { roles: [] } }),
  earlierRefund: async ({ begin, earlierRefund }, ids) => {
    const entry = await begin(wish(ids));
    if (entry.action === 'order.refund') await earlierRefund(entry);
  },
  leaseOpen: ({ leaseOpen }) => leaseOpen(10),
  nextOpenMs: ({ nextOpenMs }) => nextOpenMs(),
  listEntries: async ({ listEntries }, ids) => {
    for (const filter of filters(ids)) await listEntries(filter);
  },
  beginOperation: async ({ beginOperation }, ids) => {
    await beginOperation(operation(ids, 'checkout.cancel'));
    await beginOperation(operation(ids, 'keys.rotate'));
  },
  endOperation: ({ endOperation }) => endOperation(randomUUID(), { detail: '', refusal: undefined }),
  endOpenCancels: ({ endOpenCancels }, { orderId }) =>
    endOpenCancels(subjectOfOrder(orderId), { detail: '', refusal: undefined }),
  noteOperation: ({ noteOperation }) => noteOperation(randomUUID(), ''),
  insertChanges: async ({ insertChanges }) => {
    await insertChanges([change()]);
    await insertChanges([{ ...change(), importEntryId: randomUUID() }]);
  },
  listOperations: async ({ listOperations }, ids) => {
    for (const filter of filters(ids)) await listOperations(filter);
  },
};
