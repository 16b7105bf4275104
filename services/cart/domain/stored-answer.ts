import type { Money } from '../../../proto/money.ts';
import type { PricedCart, PricedLine } from './types.ts';

interface MoneyInJson {
  readonly currencyCode: string;
  readonly minorUnits: string;
}

type Prices = 'unitPrice' | 'lineTotal' | 'previousUnitPrice' | 'currentUnitPrice';

type LineInJson = Omit<PricedLine, Prices> & {
  readonly unitPrice: MoneyInJson;
  readonly lineTotal: MoneyInJson;
  readonly previousUnitPrice?: MoneyInJson;
  readonly currentUnitPrice?: MoneyInJson;
};

/** A priced cart as it is stored for a repeat. JSON has no bigint. */
export interface StoredAnswer {
  readonly version: string;
  readonly lines: readonly LineInJson[];
  readonly total?: MoneyInJson;
}

function toJson({ currencyCode, minorUnits }: Money): MoneyInJson {
  return { currencyCode, minorUnits: String(minorUnits) };
}

function toMoney({ currencyCode, minorUnits }: MoneyInJson): Money {
  return { currencyCode, minorUnits: BigInt(minorUnits) };
}

export function toStoredAnswer({ version, lines, total }: PricedCart): StoredAnswer {
  return {
    version: String(version),
    lines: lines.map(({ unitPrice, lineTotal, previousUnitPrice, currentUnitPrice, ...line }) => ({
      ...line,
      unitPrice: toJson(unitPrice),
      lineTotal: toJson(lineTotal),
      ...(previousUnitPrice === undefined ? {} : { previousUnitPrice: toJson(previousUnitPrice) }),
      ...(currentUnitPrice === undefined ? {} : { currentUnitPrice: toJson(currentUnitPrice) }),
    })),
    ...(total === undefined ? {} : { total: toJson(total) }),
  };
}

export function fromStoredAnswer({ version, lines, total }: StoredAnswer): PricedCart {
  return {
    version: BigInt(version),
    lines: lines.map(({ unitPrice, lineTotal, previousUnitPrice, currentUnitPrice, ...line }) => ({
      ...line,
      unitPrice: toMoney(unitPrice),
      lineTotal: toMoney(lineTotal),
      previousUnitPrice: previousUnitPrice && toMoney(previousUnitPrice),
      currentUnitPrice: currentUnitPrice && toMoney(currentUnitPrice),
    })),
    total: total && toMoney(total),
  };
}
