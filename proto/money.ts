import { minorDigits } from './currencies.ts';

/** An amount, in the smallest unit of its currency: 19.99 USD is 1999. Generated messages have this shape as well. */
export interface Money {
  /** ISO 4217, capitals. */
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

/** For people: "19.99 USD", "1999 JPY", "-0.50 USD". */
export function formatMoney({ currencyCode, minorUnits }: Money): string {
  const decimals = minorDigits(currencyCode);
  const sign = minorUnits < 0n ? '-' : '';
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(decimals + 1, '0');
  const value = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return `${sign}${value} ${currencyCode}`;
}
