const nines = (length: number): bigint => 10n ** BigInt(length) - 1n;
const powerOfTen = (length: number): bigint => 10n ** BigInt(length - 1);

function anyDigits(from: number, to: number): string {
  if (to === 0) return '';
  return from === to ? `[0-9]${to === 1 ? '' : `{${to}}`}` : `[0-9]{${from},${to}}`;
}

function digitClass(from: number, to: number): string {
  return from === to ? String(from) : `[${from}-${to}]`;
}

/** Alternatives for the digit strings from `low` to `high`, which have the same length. */
function sameLength(low: string, high: string): string[] {
  const rest = low.length - 1;
  const [first, last] = [Number(low[0]), Number(high[0])];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (rest === 0) return [digitClass(first, last)];
  if (first === last) return sameLength(lowRest, highRest).map((tail) => `${first}${tail}`);
  const lowIsFull = /^0*$/.test(lowRest);
  const highIsFull = /^9*$/.test(highRest);
  const [from, to] = [lowIsFull ? first : first + 1, highIsFull ? last : last - 1];
  return [
    ...(lowIsFull ? [] : sameLength(lowRest, '9'.repeat(rest)).map((tail) => `${first}${tail}`)),
    ...(from <= to ? [digitClass(from, to) + anyDigits(rest, rest)] : []),
    ...(highIsFull ? [] : sameLength('0'.repeat(rest), highRest).map((tail) => `${last}${tail}`)),
  ];
}

/** Alternatives for the integers from `low` ≥ 0 to `high`. Lengths with all their integers become one alternative. */
function natural(low: bigint, high: bigint): string[] {
  const alternatives: string[] = [];
  let whole: [number, number] | undefined;
  const flush = () => {
    if (whole !== undefined) alternatives.push(`[1-9]${anyDigits(whole[0] - 1, whole[1] - 1)}`);
    whole = undefined;
  };
  for (let length = String(low).length; length <= String(high).length; length++) {
    const [least, most] = [powerOfTen(length), nines(length)];
    const [from, to] = [low > least || length === 1 ? low : least, high < most ? high : most];
    if (from === least && to === most) {
      whole = [whole?.[0] ?? length, length];
    } else {
      flush();
      alternatives.push(...sameLength(String(from), String(to)));
    }
  }
  flush();
  return alternatives;
}

/** A regular expression, without anchors, for the integers from `low` to `high` in decimal without leading zeros. */
export function integerPattern(low: bigint, high: bigint): string {
  if (low > high) throw new RangeError(`no integer from ${low} to ${high}`);
  const negative = low < 0n ? natural(high < 0n ? -high : 1n, -low).map((digits) => `-${digits}`) : [];
  const positive = high >= 0n ? natural(low > 0n ? low : 0n, high) : [];
  const alternatives = [...negative, ...positive];
  return alternatives.length === 1 ? String(alternatives[0]) : `(?:${alternatives.join('|')})`;
}
