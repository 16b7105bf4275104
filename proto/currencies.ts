/**
 * The money that people pay with: codes by their number of decimals. Source: list one of ISO 4217 in the edition of
 * 2026-01-01 by its maintenance agency, SIX (`list-one.xml`). To update it, take the next edition, and move what it
 * withdraws out: `formatMoney` still shows it.
 */
const codesByDecimals = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
    CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
    KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
    TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
] as const;

/**
 * The other codes of the same list, which nobody pays with: funds codes, index units (UYW), units of account (XAD, XDR,
 * XSU, XUA), bonds, metals, and the codes for tests and for no currency.
 */
const notPaidWith = new Set(
  'BOV CHE CHW CLF COU MXV USN UYI UYW XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '),
);

const decimalsOf = new Map(
  codesByDecimals.flatMap(([decimals, codes]) => codes.split(/\s+/).map((code) => [code, decimals] as const)),
);

/** The codes of all currencies that people pay with. */
export const payableCurrencies = (): readonly string[] => [...decimalsOf.keys()];

/** Why a wallet or a price may not have this currency; undefined if it may. For people. */
export function currencyProblem(currencyCode: string): string | undefined {
  if (decimalsOf.has(currencyCode)) return undefined;
  if (notPaidWith.has(currencyCode)) return `${currencyCode} is no money to pay with: choose a currency such as USD`;
  return `${JSON.stringify(currencyCode)} is not the code of a currency in ISO 4217, such as USD`;
}

/**
 * Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD. A code that is not in the table may stand in old rows: it
 * has 2, as all have that ISO 4217 withdrew since 2017.
 */
export function minorDigits(currencyCode: string): number {
  return decimalsOf.get(currencyCode) ?? 2;
}
