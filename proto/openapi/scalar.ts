import { ScalarType } from '@bufbuild/protobuf';
import type { FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { Constraint } from './cel.ts';
import type { Schema } from './document.ts';
import { integerPattern } from './integer-pattern.ts';
import { integerRange, stringSchema } from './rules.ts';

/** `input`: in a body. `text`: in a path or query. `output`: in an answer. */
export type Direction = 'input' | 'text' | 'output';

const int32: readonly [bigint, bigint] = [-(2n ** 31n), 2n ** 31n - 1n];
const uint32: readonly [bigint, bigint] = [0n, 2n ** 32n - 1n];
const int64: readonly [bigint, bigint] = [-(2n ** 63n), 2n ** 63n - 1n];
const uint64: readonly [bigint, bigint] = [0n, 2n ** 64n - 1n];

interface IntegerType {
  readonly format: string;
  readonly range: readonly [bigint, bigint];
  /** JSON writes it as a string. */
  readonly long: boolean;
}

const integers: Partial<Record<ScalarType, IntegerType>> = {
  [ScalarType.INT32]: { format: 'int32', range: int32, long: false },
  [ScalarType.SINT32]: { format: 'int32', range: int32, long: false },
  [ScalarType.SFIXED32]: { format: 'int32', range: int32, long: false },
  [ScalarType.UINT32]: { format: 'uint32', range: uint32, long: false },
  [ScalarType.FIXED32]: { format: 'uint32', range: uint32, long: false },
  [ScalarType.INT64]: { format: 'int64', range: int64, long: true },
  [ScalarType.SINT64]: { format: 'int64', range: int64, long: true },
  [ScalarType.SFIXED64]: { format: 'int64', range: int64, long: true },
  [ScalarType.UINT64]: { format: 'uint64', range: uint64, long: true },
  [ScalarType.FIXED64]: { format: 'uint64', range: uint64, long: true },
};

function integerSchema(
  { format, range, long }: IntegerType,
  rules: FieldRules,
  constraint: Constraint,
  direction: Direction,
): Schema {
  const bounds = direction === 'output' ? { min: range[0], max: range[1] } : integerRange(rules, constraint, range);
  const notZero = direction !== 'output' && constraint.notZero === true ? { not: { const: 0 } } : {};
  if (!long) {
    return { type: 'integer', format, minimum: Number(bounds.min), maximum: Number(bounds.max), ...notZero };
  }
  const whole = bounds.min === range[0] && bounds.max === range[1];
  const sign = range[0] < 0n ? '-?' : '';
  // Up to 18 digits always fit. An exact pattern for all 64 bits would be unreadable.
  const pattern = whole
    ? `^${sign}(?:0|[1-9][0-9]{0,${direction === 'output' ? 19 : 17}})$`
    : `^${integerPattern(bounds.min, bounds.max)}$`;
  // The server also reads numbers and null. Several types in one schema make classes that refuse a plain string.
  return { type: 'string', format, pattern };
}

/** Whether JSON writes the type as a string because numbers of JavaScript are too small for it. */
export function isLong(type: ScalarType): boolean {
  return integers[type]?.long === true;
}

/** The schema of a scalar with its rules. Rules apply only to requests. */
export function scalarSchema(
  type: ScalarType,
  rules: FieldRules,
  constraint: Constraint,
  direction: Direction,
): Schema {
  if (integers[type] !== undefined) return integerSchema(integers[type], rules, constraint, direction);
  if (type === ScalarType.BOOL) return { type: 'boolean' };
  if (type === ScalarType.BYTES) return { type: 'string', contentEncoding: 'base64' };
  if (type === ScalarType.STRING)
    return direction === 'output' ? { type: 'string' } : stringSchema(rules, constraint, direction === 'input');
  return { anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] };
}
