import { openDatabase } from '../../../../platform/data/db/database.ts';
import { callBackoffice } from './backoffice.ts';
import { callCart } from './cart.ts';
import type { Ids } from './calls.ts';
import { callEvents } from './events.ts';
import { callOrder } from './order.ts';
import { callProducts } from './products.ts';
import { callSso } from './sso.ts';
import { callWallet } from './wallet.ts';

/** Sends every statement of every repository, whether a client's call gets there or not. */
export async function callEverything(url: string, ids: Ids): Promise<void> {
  const loose = new URL(url);
  // Without foreign keys and triggers, so that rows may stand alone.
  loose.searchParams.set('options', '-c session_replication_role=replica');
  const database = openDatabase({ url: loose.href, applicationName: 'calls', poolSize: 2 });
  try {
    for (const call of [callSso, callProducts, callWallet, callCart, callOrder, callEvents, callBackoffice])
      await call(database.db, ids);
  } finally {
    await database.close();
  }
}
