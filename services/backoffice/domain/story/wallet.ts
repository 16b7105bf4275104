import { formatMoney, type Money } from '../../../../proto/money.ts';
import type { Facts, HoldFacts, TimelineEntry } from '../facts.ts';

const ends = {
  VOIDED: { kind: 'hold.voided', text: (amount: string) => `the ${amount} that were held are free again` },
  EXPIRED: { kind: 'hold.expired', text: (amount: string) => `the hold expired, and its ${amount} are free again` },
} as const;

/** The hold, its end, and the movements of the money. */
export function walletEntries({ funds }: Facts): readonly TimelineEntry[] {
  if (funds === undefined) return [];
  const movements = funds.movements.map(({ transactionId, type, amount, time }): TimelineEntry => {
    const isCapture = type === 'CAPTURE';
    const text = isCapture
      ? `${formatMoney(positive(amount))} were taken from the buyer's wallet`
      : `${formatMoney(positive(amount))} were given back to the buyer's wallet`;
    const kind = isCapture ? 'funds.captured' : 'funds.refunded';
    return { time, part: 'wallet', kind, text, fields: { transaction_id: transactionId } };
  });
  return [...(funds.hold === undefined ? [] : holdEntries(funds.hold)), ...movements];
}

function holdEntries(hold: HoldFacts): readonly TimelineEntry[] {
  const { state, amount, createTime, expireTime, endTime } = hold;
  if (amount === undefined) {
    const text = 'no money was held for the order, and a late hold is refused';
    return [{ time: createTime, part: 'wallet', kind: 'hold.barred', text, fields: {} }];
  }
  const fields = expireTime === undefined ? {} : { expire_time: expireTime.toISOString() };
  const text = `${formatMoney(amount)} were held in the buyer's wallet`;
  const made: TimelineEntry = { time: createTime, part: 'wallet', kind: 'hold.made', text, fields };
  if ((state !== 'VOIDED' && state !== 'EXPIRED') || endTime === undefined) return [made];
  const end = ends[state];
  return [made, { time: endTime, part: 'wallet', kind: end.kind, text: end.text(formatMoney(amount)), fields: {} }];
}

export function positive({ currencyCode, minorUnits }: Money): Money {
  return { currencyCode, minorUnits: minorUnits < 0n ? -minorUnits : minorUnits };
}
