import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { AuditOutcome } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import { useBackofficeSuite } from '../testing/suite.ts';
import { takeChanges } from './take-changes.ts';

const suite = useBackofficeSuite();
afterEach(() => {
  suite().catalogChanges.away = undefined;
});

const entriesOf = async (actorId: string) => (await suite().as(randomUUID()).listAuditTrail({ actorId })).entries;

test('a change of the catalog is in the trail with who, when, what, why and from where, and waits no longer', async () => {
  const createTime = new Date('2030-01-31T12:00:00.000Z');
  const requestId = randomUUID();
  const { changeId, actorId } = suite().catalogChanges.make({ createTime, requestId });
  expect(await entriesOf(actorId)).toMatchObject([
    {
      ...{ entryId: changeId, actorId, actorRole: 'admin', actorName: '', requestId },
      createTime: { seconds: BigInt(createTime.getTime() / 1000) },
      ...{ action: 'product.update', subject: 'product 1 (LAMP)', detail: 'price 1.00 USD → 2.00 USD' },
      ...{ reason: 'dearer', clientNetwork: '192.0.2.0/24', userAgent: 'curl/8', outcome: AuditOutcome.DONE },
    },
  ]);
  expect(suite().catalogChanges.left).toEqual([]);
});

test('a change without a reason says so', async () => {
  const { actorId } = suite().catalogChanges.make({ reason: '' });
  expect((await entriesOf(actorId))[0]).toMatchObject({ reason: 'not given', requestId: '' });
});

test('a change whose confirmation is lost has one entry all the same', async () => {
  const { actorId } = suite().catalogChanges.make();
  suite().catalogChanges.confirmationLost = true;
  await expect(takeChanges(suite().deps)).rejects.toThrow('lost');
  expect(suite().catalogChanges.left).toHaveLength(1);
  await Promise.all([takeChanges(suite().deps), takeChanges(suite().deps)]);
  expect(suite().catalogChanges.left).toEqual([]);
  expect(await entriesOf(actorId)).toHaveLength(1);
});

test('more changes than one call lists are all taken', async () => {
  const actorId = randomUUID();
  for (let count = 0; count < 205; count++) suite().catalogChanges.make({ actorId });
  expect(await takeChanges(suite().deps)).toBe(205);
  const { entries, nextPageToken } = await suite().as(randomUUID()).listAuditTrail({ actorId, pageSize: 200 });
  expect(entries).toHaveLength(200);
  expect(nextPageToken).not.toBe('');
});

test('while the products service is away the trail is listed, and has the change later', async () => {
  const { actorId } = suite().catalogChanges.make();
  suite().catalogChanges.away = new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'products is away');
  expect(await entriesOf(actorId)).toEqual([]);
  suite().catalogChanges.away = undefined;
  expect(await entriesOf(actorId)).toHaveLength(1);
});

test('an import by the command line is told once, by its own entry, as long as that is really its own', async () => {
  const { repository } = suite().deps;
  const actorId = randomUUID();
  const begin = (action = 'products.import', by = actorId) =>
    repository.beginOperation({
      ...{ actorName: 'ops@laptop', actorId: by, action, userId: undefined, subject: 'a.csv', reason: 'prices' },
    });
  const importEntryId = await begin();
  const told = { actorId, action: 'products.import' };
  const soon = new Date(Date.now() + 1000);
  suite().catalogChanges.make({ ...told, importEntryId, createTime: soon });
  expect((await entriesOf(actorId)).map(({ entryId }) => entryId)).toEqual([importEntryId]);
  expect(suite().catalogChanges.left).toEqual([]);

  // Another account's entry, one of another action, one that has ended, one before the entry, and none.
  const ended = await begin();
  await repository.endOperation(ended, { detail: '1 created', refusal: undefined });
  const later = new Date(Date.now() + 60_000);
  const shown = [
    { ...told, importEntryId: await begin('products.import', randomUUID()), createTime: soon },
    { ...told, importEntryId: await begin('keys.rotate'), createTime: soon },
    { ...told, importEntryId: ended, createTime: later },
    { ...told, importEntryId, createTime: new Date(0) },
    { ...told, importEntryId, createTime: new Date(Date.now() + 2 * 86_400_000) },
    { ...told, importEntryId: randomUUID(), createTime: soon },
    { ...told, importEntryId, action: 'product.update', createTime: soon },
  ].map((fields) => suite().catalogChanges.make(fields).changeId);
  const ids = (await entriesOf(actorId)).map(({ entryId }) => entryId);
  expect(ids).toEqual(expect.arrayContaining(shown));
});
