import { ScalarType, type JsonValue } from '@bufbuild/protobuf';

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

const int32: Range = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const uint32: Range = { min: 0n, max: 2n ** 32n - 1n };
const int64: Range = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const uint64: Range = { min: 0n, max: 2n ** 64n - 1n };

const integers = new Map<ScalarType, Range>([
  [ScalarType.INT32, int32],
  [ScalarType.SINT32, int32],
  [ScalarType.SFIXED32, int32],
  [ScalarType.UINT32, uint32],
  [ScalarType.FIXED32, uint32],
  [ScalarType.INT64, int64],
  [ScalarType.SINT64, int64],
  [ScalarType.SFIXED64, int64],
  [ScalarType.UINT64, uint64],
  [ScalarType.FIXED64, uint64],
]);

// As JSON writes numbers. JavaScript also reads "0x10", "0o17", "017", "+5", " 5" and "1e1" as numbers.
const wholeNumber = /^-?(?:0|[1-9]\d{0,19})$/;
const realNumber = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|NaN|-?Infinity)$/;

function integerProblem(value: JsonValue, { min, max }: Range): string | undefined {
  const isWhole = typeof value === 'string' ? wholeNumber.test(value) : Number.isInteger(value);
  if (!isWhole || (typeof value !== 'string' && typeof value !== 'number')) return 'must be a whole number';
  // JSON.parse has already rounded it. Amounts of money have 64 bits.
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    return 'must be sent as a string if it is beyond 2^53';
  }
  const number = BigInt(value);
  return number < min || number > max ? `must be from ${min} to ${max}` : undefined;
}

function realProblem(value: JsonValue): string | undefined {
  const isReal = typeof value === 'string' ? realNumber.test(value) : typeof value === 'number';
  return isReal ? undefined : 'must be a number';
}

function textProblem(value: JsonValue): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  return value.isWellFormed() ? undefined : 'must be Unicode text, without half of a surrogate pair';
}

/** Why the value is not proto3 JSON of a scalar; undefined if it is. */
export function scalarProblem(type: ScalarType, value: JsonValue): string | undefined {
  const range = integers.get(type);
  if (range !== undefined) return integerProblem(value, range);
  if (type === ScalarType.BOOL) return typeof value === 'boolean' ? undefined : 'must be true or false';
  return type === ScalarType.DOUBLE || type === ScalarType.FLOAT ? realProblem(value) : textProblem(value);
}
