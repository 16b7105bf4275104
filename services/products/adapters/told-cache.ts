import { z } from 'zod';
import type { Siblings } from '../../../platform/siblings.ts';
import type { CatalogCache } from '../ports.ts';

const topic = 'products changed';
const told = z.object({ catalog: z.array(z.string()).optional(), stock: z.array(z.string()) });

/**
 * Tells the processes that share the ports of each change, so that a client which meets another process next sees it,
 * too. If that gets lost, the age limit of the cache remains. Changes of one turn of the event loop go together.
 */
export function createToldCache(cache: CatalogCache, siblings: Siblings): CatalogCache {
  let catalog: Set<string> | undefined;
  const stock = new Set<string>();
  let isPlanned = false;

  const send = (): void => {
    isPlanned = false;
    siblings.tell(topic, { stock: [...stock], ...(catalog === undefined ? {} : { catalog: [...catalog] }) });
    catalog = undefined;
    stock.clear();
  };
  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    queueMicrotask(send);
  };
  siblings.onTold(topic, (data) => {
    const changed = told.parse(data);
    if (changed.catalog !== undefined) cache.catalogChanged(changed.catalog);
    if (changed.stock.length > 0) cache.stockChanged(changed.stock);
  });
  return {
    ...cache,
    catalogChanged: (productIds) => {
      cache.catalogChanged(productIds);
      catalog = new Set([...(catalog ?? []), ...productIds]);
      plan();
    },
    stockChanged: (productIds) => {
      cache.stockChanged(productIds);
      for (const id of productIds) stock.add(id);
      plan();
    },
  };
}
