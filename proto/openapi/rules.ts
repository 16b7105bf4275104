import { create, getOption, isFieldSet, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import {
  field as fieldRules,
  FieldRulesSchema,
  Ignore,
  MapRulesSchema,
  message as messageRules,
  RepeatedRulesSchema,
  StringRulesSchema,
  type FieldRules,
  type Rule,
  type StringRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { constraintsOf, mergeConstraints, type Constraint, type Constraints } from './cel.ts';
import type { Schema } from './document.ts';

// Postgres cannot store NUL. The validation interceptor refuses it in every text.
export const storable = '^[^\\u0000]*$';

export const noRules: FieldRules = create(FieldRulesSchema);

const validator = createValidator();
const required = new WeakMap<DescMessage, ReadonlySet<DescField>>();

/** The fields that the rules of a message require. Protovalidate names them when it checks an empty message. */
export function requiredFields(desc: DescMessage): ReadonlySet<DescField> {
  const known = required.get(desc);
  if (known !== undefined) return known;
  const violations = validator.validate(desc, create(desc)).violations ?? [];
  const fields = new Set(
    violations.flatMap(({ field: [first, ...rest] }) => (first?.kind === 'field' && rest.length === 0 ? [first] : [])),
  );
  required.set(desc, fields);
  return fields;
}

export function rulesOf(desc: DescField): FieldRules {
  return getOption(desc, fieldRules);
}

/** What the CEL rules of a message require of its fields. */
export function messageConstraints(desc: DescMessage): Constraints {
  return celOf(getOption(desc, messageRules).cel).constraints;
}

/** Splits CEL rules: constraints that a schema can say, and the texts of the other rules. */
export function celOf(cel: readonly Rule[]): { readonly constraints: Constraints; readonly words: readonly string[] } {
  let constraints: Constraints = new Map();
  const words: string[] = [];
  for (const { expression, message } of cel) {
    const found = constraintsOf(expression);
    if (found === undefined) words.push(message);
    else constraints = mergeConstraints(constraints, found);
  }
  return { constraints, words };
}

const has = (rules: StringRules, name: keyof typeof StringRulesSchema.field): boolean =>
  isFieldSet(rules, StringRulesSchema.field[name]);

function lengths(rules: StringRules): Schema {
  return {
    ...(has(rules, 'len') ? { minLength: Number(rules.len), maxLength: Number(rules.len) } : {}),
    // A text has at least as many bytes as characters, so a text with `minBytes` characters has enough bytes.
    ...(has(rules, 'minBytes') ? { minLength: Number(rules.minBytes), 'x-minBytes': Number(rules.minBytes) } : {}),
    ...(has(rules, 'maxBytes') ? { maxLength: Number(rules.maxBytes), 'x-maxBytes': Number(rules.maxBytes) } : {}),
    ...(has(rules, 'minLen') ? { minLength: Number(rules.minLen) } : {}),
    ...(has(rules, 'maxLen') ? { maxLength: Number(rules.maxLen) } : {}),
  };
}

const formats: Partial<Record<string, string>> = {
  uuid: 'uuid',
  email: 'email',
  uri: 'uri',
  uriRef: 'uri-reference',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
};

/** A pattern that does not match the whole text would allow a NUL in the rest. */
function matching(pattern: string): Schema {
  const whole = pattern.startsWith('^') && pattern.endsWith('$');
  return whole ? { pattern } : { pattern, allOf: [{ pattern: storable }] };
}

function form(rules: StringRules, constraint: Constraint): Schema {
  if (rules.in.length > 0) return { enum: rules.in };
  if (has(rules, 'const')) return { const: rules.const };
  const format = rules.wellKnown.value === true ? formats[rules.wellKnown.case] : undefined;
  if (format !== undefined) return { format };
  if (constraint.email === true) return { format: 'email' };
  return matching(constraint.pattern ?? (has(rules, 'pattern') ? rules.pattern : storable));
}

export const uuidPattern = '^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';

/**
 * The schema of a text whose empty form stands for a missing one, so that no rule applies to it. It is one type with a
 * pattern: generators make no usable class of several schemas.
 * @throws Error for a format that has no pattern here yet
 */
function withEmpty(schema: Schema): Schema {
  if (schema.pattern === storable) return schema;
  const { format, pattern = format === 'uuid' ? uuidPattern : undefined, ...others } = schema;
  if (pattern !== undefined) return { ...others, pattern: `^$|${pattern}` };
  if (format !== undefined) throw new Error(`a text that may be empty or ${format} has no schema here yet`);
  return others;
}

/**
 * The schema of a text with these rules.
 * @param emptyIsSent false in a path or query, where an empty text is left out
 */
export function stringSchema(rules: FieldRules, constraint: Constraint, emptyIsSent = true): Schema {
  const own = rules.type.case === 'string' ? rules.type.value : undefined;
  const notEmpty = constraint.notEmpty === true ? { minLength: 1 } : {};
  if (own === undefined) return { type: 'string', ...notEmpty, ...matching(constraint.pattern ?? storable) };
  const schema: Schema = { type: 'string', ...lengths(own), ...notEmpty, ...form(own, constraint) };
  return emptyIsSent && rules.ignore === Ignore.IF_ZERO_VALUE ? withEmpty(schema) : schema;
}

/** The range of an integer that its type, its rules and CEL allow. */
export function integerRange(rules: FieldRules, constraint: Constraint, widest: readonly [bigint, bigint]) {
  let [min, max] = widest;
  const { value } = rules.type;
  if (value !== undefined && 'greaterThan' in value && 'lessThan' in value) {
    const { greaterThan, lessThan } = value;
    // Durations and timestamps have such bounds too, but as messages.
    const low = integer(greaterThan.value);
    const high = integer(lessThan.value);
    if (low !== undefined) min = greaterThan.case === 'gt' ? low + 1n : low;
    if (high !== undefined) max = lessThan.case === 'lt' ? high - 1n : high;
  }
  if (constraint.min !== undefined && constraint.min > min) min = constraint.min;
  if (constraint.max !== undefined && constraint.max < max) max = constraint.max;
  return { min, max };
}

function integer(value: unknown): bigint | undefined {
  return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : undefined;
}

/** The paths that a field mask may name; undefined if it may name any. */
export function maskPaths(rules: FieldRules): readonly string[] | undefined {
  return rules.type.case === 'fieldMask' && rules.type.value.in.length > 0 ? rules.type.value.in : undefined;
}

/** The bounds of a duration in whole seconds, if both bounds are given and included. */
export function durationBounds(rules: FieldRules): { readonly min: bigint; readonly max: bigint } | undefined {
  if (rules.type.case !== 'duration') return undefined;
  const { greaterThan, lessThan } = rules.type.value;
  if (greaterThan.case !== 'gte' || lessThan.case !== 'lte') return undefined;
  if (greaterThan.value.nanos !== 0 || lessThan.value.nanos !== 0) return undefined;
  return { min: greaterThan.value.seconds, max: lessThan.value.seconds };
}

/** Bounds of a list, and the rules of its elements. */
export function listRules(rules: FieldRules): { readonly bounds: Schema; readonly items: FieldRules | undefined } {
  if (rules.type.case !== 'repeated') return { bounds: {}, items: undefined };
  const { value } = rules.type;
  return {
    bounds: {
      ...(isFieldSet(value, RepeatedRulesSchema.field.minItems) ? { minItems: Number(value.minItems) } : {}),
      ...(isFieldSet(value, RepeatedRulesSchema.field.maxItems) ? { maxItems: Number(value.maxItems) } : {}),
    },
    items: value.items,
  };
}

/** Bounds of a map, and the rules of its keys and values. */
export function mapRules(rules: FieldRules) {
  if (rules.type.case !== 'map') return { bounds: {}, keys: undefined, values: undefined };
  const { value } = rules.type;
  const bounds = isFieldSet(value, MapRulesSchema.field.maxPairs) ? { maxProperties: Number(value.maxPairs) } : {};
  return { bounds, keys: value.keys, values: value.values };
}
