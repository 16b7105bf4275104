import { describe, expect, test } from 'vitest';
import { currencyProblem, minorDigits, payableCurrencies } from './currencies.ts';

const all = Intl.supportedValuesOf('currency').filter((code) => currencyProblem(code) === undefined);

describe('the table of currencies', () => {
  test('has the currencies of ISO 4217 that people pay with, with its decimals', () => {
    // Where CLDR, in the Node of today, differs from ISO 4217. All others agree.
    const other = 'AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK PKR SOS SYP YER'.split(' ');
    const byCldr = (currency: string) =>
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
    expect(all.filter((code) => minorDigits(code) !== byCldr(code))).toEqual(other);
    expect(payableCurrencies().filter((code) => currencyProblem(code) !== undefined)).toEqual([]);
    expect(payableCurrencies()).toEqual(expect.arrayContaining(all));
    expect(other.map(minorDigits)).toEqual(other.map((code) => (code === 'IQD' ? 3 : 2)));
  });

  test.each(['BGN', 'HRK', 'ANG', 'UDS', 'ZZZ', 'usd', 'USD ', '', 'US', 'toString'])('has no %j', (code) => {
    expect(currencyProblem(code)).toContain(`${JSON.stringify(code)} is not the code of a currency in ISO 4217`);
  });

  test.each(['XXX', 'XTS', 'XAU', 'XDR', 'XAD', 'CLF', 'CHE', 'USN', 'UYW'])(
    'tells that %s is a code without money to pay with',
    (code) => {
      expect(currencyProblem(code)).toContain(`${code} is no money to pay with`);
    },
  );
});
