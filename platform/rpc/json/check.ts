import {
  fromJson,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';
import { isWrapperDesc, TimestampSchema } from '@bufbuild/protobuf/wkt';
import type { FieldViolation } from '../../errors/app-error.ts';
import { malformed } from './malformed.ts';
import { scalarProblem } from './scalar.ts';

/** More would tell the caller nothing new. */
const mostViolations = 20;
const longestKey = 100;

const seconds = /^-?\d{1,12}(?:\.\d{1,9})?s$/;
/** Ten thousand years, which is the range of a Duration. */
const mostSeconds = 315_576_000_000;

function isDuration(text: string): boolean {
  // protobuf-es ignores what follows the `s`.
  return seconds.test(text) && Math.abs(Number.parseFloat(text)) <= mostSeconds;
}

function isTimestamp(text: string): boolean {
  try {
    fromJson(TimestampSchema, text);
    return true;
  } catch {
    return false;
  }
}

/** What protobuf-es would refuse later, without the name of the field. */
const stringMessages = new Map<string, (text: string) => string | undefined>([
  [
    'google.protobuf.Duration',
    (text) => (isDuration(text) ? undefined : 'must be seconds with an s, for example "8s"'),
  ],
  [
    'google.protobuf.FieldMask',
    (text) => (text.includes('_') ? 'must have names in camelCase, for example "imageUrl"' : undefined),
  ],
  [
    'google.protobuf.Timestamp',
    (text) => (isTimestamp(text) ? undefined : 'must be an RFC 3339 time, for example "2030-01-01T00:00:00Z"'),
  ],
]);
const anyJson = /^google\.protobuf\.(?:Any|Struct|Value|ListValue)$/;

const fieldsByDesc = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** The fields of a message by both of their names. */
function fieldsOf(desc: DescMessage): ReadonlyMap<string, DescField> {
  const known = fieldsByDesc.get(desc);
  if (known !== undefined) return known;
  const fields = new Map(
    desc.fields.flatMap((field): [string, DescField][] => [
      [field.name, field],
      [field.jsonName, field],
    ]),
  );
  fieldsByDesc.set(desc, fields);
  return fields;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function enumProblem(desc: DescEnum, value: JsonValue): string | undefined {
  // A number may be of a newer contract; the rules of the field decide about it.
  if (typeof value === 'number' && Number.isInteger(value)) return undefined;
  if (desc.values.some(({ name }) => name === value)) return undefined;
  return `must be one of ${desc.values.map(({ name }) => name).join(', ')}`;
}

/** A key in a path. An empty one would name nothing. */
function short(key: string): string {
  if (key === '') return '""';
  return key.length > longestKey ? `${key.slice(0, longestKey)}…` : key;
}

/** One walk through a JSON value beside the descriptor of its message. */
class Walk {
  readonly violations: FieldViolation[] = [];

  message(desc: DescMessage, value: JsonValue, path: string): void {
    const stringProblem = stringMessages.get(desc.typeName);
    if (stringProblem !== undefined) {
      this.#note(path, typeof value === 'string' ? stringProblem(value) : 'must be a string');
    } else if (isWrapperDesc(desc)) {
      this.#note(path, scalarProblem(desc.fields[0].scalar, value));
    } else if (!anyJson.test(desc.typeName)) {
      if (isObject(value)) this.#fields(desc, value, path === '' ? '' : `${path}.`);
      else this.#note(path, 'must be an object');
    }
  }

  field(field: DescField, value: JsonValue, path: string): void {
    if (field.fieldKind === 'list') {
      if (!Array.isArray(value)) this.#note(path, 'must be a list');
      else for (const [index, each] of value.entries()) this.element(field, each, `${path}[${index}]`);
    } else if (field.fieldKind === 'map') {
      if (!isObject(value)) this.#note(path, 'must be an object');
      else this.#entries(field, value, path);
    } else {
      this.element(field, value, path);
    }
  }

  /** A single value; of a list or map, one of its values. */
  element(field: DescField, value: JsonValue, path: string): void {
    if (field.message !== undefined) this.message(field.message, value, path);
    else if (field.enum !== undefined) this.#note(path, enumProblem(field.enum, value));
    else if (field.scalar !== undefined) this.#note(path, scalarProblem(field.scalar, value));
  }

  #fields(desc: DescMessage, value: JsonObject, prefix: string): void {
    const fields = fieldsOf(desc);
    const seen = new Set<DescField>();
    for (const [key, each] of Object.entries(value)) {
      const field = fields.get(key);
      if (field === undefined) this.#note(`${prefix}${short(key)}`, 'is not a field of this request');
      else if (seen.has(field)) this.#note(`${prefix}${field.name}`, 'is given more than once');
      // null is the same as no value.
      else if (each !== null) this.field(field, each, `${prefix}${field.name}`);
      if (field !== undefined) seen.add(field);
      if (this.violations.length >= mostViolations) return;
    }
  }

  #entries(field: DescField & { readonly fieldKind: 'map' }, value: JsonObject, path: string): void {
    for (const [key, each] of Object.entries(value)) {
      const at = `${path}[${JSON.stringify(short(key))}]`;
      const type = field.mapKey;
      this.#note(at, type === ScalarType.BOOL ? undefined : scalarProblem(type, key));
      this.element(field, each, at);
      if (this.violations.length >= mostViolations) return;
    }
  }

  #note(field: string, description: string | undefined): void {
    if (description !== undefined && this.violations.length < mostViolations) {
      this.violations.push({ field, description });
    }
  }
}

/**
 * Refuses JSON that is not proto3 JSON of the message, or that readers understand differently: fields and names of enums
 * that the contract does not have, and numbers as text in another form than JSON's. All protocols have this rule.
 * @throws MALFORMED_REQUEST that names the fields, by their paths in proto names
 */
export function checkJson(desc: DescMessage, value: JsonValue): void {
  if (!isObject(value)) throw malformed([], 'the request must be a JSON object');
  const walk = new Walk();
  walk.message(desc, value, '');
  if (walk.violations.length > 0) throw malformed(walk.violations);
}

/** Refuses a single value of a field, or one of its values if it is repeated. @param path the caller's name for it */
export function checkValue(field: DescField, value: JsonValue, path: string): void {
  const walk = new Walk();
  walk.element(field, value, path);
  if (walk.violations.length > 0) throw malformed(walk.violations);
}
