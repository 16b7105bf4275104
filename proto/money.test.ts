import { expect, test } from 'vitest';
import { formatMoney } from './money.ts';

test.each([
  ['USD', 1999n, '19.99 USD'],
  ['USD', 5n, '0.05 USD'],
  ['USD', -50n, '-0.50 USD'],
  ['JPY', 1999n, '1999 JPY'],
  ['KWD', 1999n, '1.999 KWD'],
  // CLDR, and so `Intl`, has other decimals for these than ISO 4217 has.
  ['HUF', 1999n, '19.99 HUF'],
  ['IDR', 1999n, '19.99 IDR'],
  ['COP', 1999n, '19.99 COP'],
  ['PKR', 1999n, '19.99 PKR'],
  ['IQD', 1999n, '1.999 IQD'],
  // Codes of old rows: withdrawn, or never a currency.
  ['BGN', 1999n, '19.99 BGN'],
  ['ZZZ', 1999n, '19.99 ZZZ'],
  ['USD', 900_719_925_474_099_301n, '9007199254740993.01 USD'],
])('an amount in %s is shown with its decimals, exactly', (currencyCode, minorUnits, shown) => {
  expect(formatMoney({ currencyCode, minorUnits })).toBe(shown);
});
