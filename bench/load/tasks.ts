import type { Tasks } from '../child/protocol.ts';
import { calls } from './calls.ts';
import { fillCatalog } from './crowd.ts';
import { checkouts } from './checkouts.ts';
import { countedAddItem, countedAddItemAgain, countedCheckout, prepareCounted } from './counted.ts';
import { hashAlone, logins } from './logins.ts';
import { mixed } from './mixed.ts';
import { reads } from './reads.ts';
import { offerSpike, prepareSpike, spikeEnds } from './spike.ts';
import { users } from './users.ts';
import { closeWatches, openWatches } from './watches.ts';

export const tasks = {
  calls,
  checkouts,
  closeWatches,
  countedAddItem,
  countedAddItemAgain,
  countedCheckout,
  fillCatalog,
  hashAlone,
  logins,
  mixed,
  offerSpike,
  openWatches,
  prepareCounted,
  prepareSpike,
  reads,
  spikeEnds,
  users,
} satisfies Tasks;

export type LoadTasks = typeof tasks;
