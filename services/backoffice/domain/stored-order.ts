import type { Money } from '../../../proto/money.ts';
import type { Order, StoredMoney, StoredOrder } from './types.ts';

/** An order as JSON. */
export function toStoredOrder({ items, total, createTime, updateTime, ...order }: Order): StoredOrder {
  return {
    ...order,
    items: items.map(({ unitPrice, ...item }) => ({ ...item, unitPrice: toStoredMoney(unitPrice) })),
    total: toStoredMoney(total),
    createTime: createTime.toISOString(),
    updateTime: updateTime.toISOString(),
  };
}

export function fromStoredOrder({ items, total, createTime, updateTime, ...order }: StoredOrder): Order {
  return {
    ...order,
    items: items.map(({ unitPrice, ...item }) => ({ ...item, unitPrice: fromStoredMoney(unitPrice) })),
    total: fromStoredMoney(total),
    createTime: new Date(createTime),
    updateTime: new Date(updateTime),
  };
}

function toStoredMoney({ currencyCode, minorUnits }: Money): StoredMoney {
  return { currencyCode, minorUnits: String(minorUnits) };
}

function fromStoredMoney({ currencyCode, minorUnits }: StoredMoney): Money {
  return { currencyCode, minorUnits: BigInt(minorUnits) };
}
