import type { Facts, OrderFacts, StockFacts, TimelineEntry } from '../facts.ts';
import { piecesOf } from './order.ts';

const ends = {
  COMMITTED: { kind: 'stock.sold', text: 'sold' },
  RELEASED: { kind: 'stock.released', text: 'went back into stock' },
  EXPIRED: { kind: 'stock.expired', text: 'went back into stock, because the reservation expired' },
} as const;

/** The reservation, its end, and the return of the goods. */
export function productsEntries({ stock, order }: Facts): readonly TimelineEntry[] {
  const known = stock?.known;
  if (known === undefined) return [];
  const { state, lines, createTime, expireTime, endTime, restockTime, retaken } = known;
  const entry = (time: Date, kind: string, text: string, fields: Readonly<Record<string, string>> = {}) =>
    ({ time, part: 'products', kind, text, fields }) satisfies TimelineEntry;
  if (lines.length === 0)
    return [entry(createTime, 'stock.barred', 'no goods were reserved for the order, and a late reserve is refused')];
  const goods = goodsOf(known, order);
  const were = piecesIn(known) === 1 ? 'was' : 'were';
  const expires = expireTime === undefined ? {} : { expire_time: expireTime.toISOString() };
  const entries: TimelineEntry[] = [entry(createTime, 'stock.reserved', `${goods} ${were} reserved`, expires)];
  if (state !== 'ACTIVE' && endTime !== undefined) {
    const { kind, text } = ends[state];
    const again = retaken ? '; the reservation had expired, and free stock was taken again' : '';
    const verb = state === 'COMMITTED' ? `${were} ` : '';
    entries.push(entry(endTime, kind, `${goods} ${verb}${text}${again}`));
  }
  if (restockTime !== undefined) entries.push(entry(restockTime, 'stock.restocked', `${goods} came back into stock`));
  return entries;
}

/** With the names of the order's lines, if they are known. */
function goodsOf({ lines }: StockFacts, order: OrderFacts | undefined): string {
  if (order !== undefined) return piecesOf(order);
  const { length } = lines;
  const pieces = piecesIn({ lines });
  return `${pieces === 1 ? '1 piece' : `${pieces} pieces`} of ${length === 1 ? '1 product' : `${length} products`}`;
}

function piecesIn({ lines }: Pick<StockFacts, 'lines'>): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
