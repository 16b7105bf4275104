import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../platform/data/db/database.ts';
import * as store from '../../../../platform/events/outbox-store.ts';
import { outbox } from '../../../../services/order/schema.ts';
import { make, type Calls, type Ids } from './calls.ts';

type Store = typeof store;

export async function callEvents(db: Database, ids: Ids): Promise<void> {
  const calls: Calls<Store> = {
    claimEvents: ({ claimEvents }) => claimEvents(db, outbox, 100, 30),
    markPublished: ({ markPublished }) => markPublished(db, outbox, [randomUUID()]),
    releaseEvents: ({ releaseEvents }) => releaseEvents(db, outbox, [randomUUID()]),
    markFailed: ({ markFailed }) =>
      markFailed(db, outbox, randomUUID(), 'a test', { maxAttempts: 3, pauseSeconds: 1, maxPauseSeconds: 60 }),
    listDead: ({ listDead }) => listDead(db, outbox, 100),
    replayDead: async ({ replayDead }) => {
      await replayDead(db, outbox);
      await replayDead(db, outbox, [randomUUID()]);
    },
    forgetPublished: ({ forgetPublished }) => forgetPublished(db, outbox, 3650),
    outboxStats: ({ outboxStats }) => outboxStats(db, outbox),
    resendPublished: ({ resendPublished }) => resendPublished(db, outbox, 0),
  };
  await make<Store>(store, calls, ids);
}
