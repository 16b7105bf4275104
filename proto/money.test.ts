import { expect, test } from 'vitest';
import { formatMoney } from './money.ts';

test.each([
  ['USD', 1999n, '19.99 USD'],
  ['USD', 5n, '0.05 USD'],
  ['USD', -50n, '-0.50 USD'],
  ['JPY', 1999n, '1999 JPY'],
  ['KWD', 1999n, '1.999 KWD'],
  ['USD', 900_719_925_474_099_301n, '9007199254740993.01 USD'],
])('an amount in %s is shown with its decimals, exactly', (currencyCode, minorUnits, shown) => {
  expect(formatMoney({ currencyCode, minorUnits })).toBe(shown);
});
