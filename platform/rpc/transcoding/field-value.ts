import { ScalarType, type DescEnum, type DescField, type DescMessage, type JsonValue } from '@bufbuild/protobuf';
import { camelCaseMask } from '../../../proto/field-mask.ts';
import type { FieldViolation } from '../../errors/app-error.ts';
import { malformed } from './malformed.ts';

const integers = new Set([
  ScalarType.INT32,
  ScalarType.INT64,
  ScalarType.UINT32,
  ScalarType.UINT64,
  ScalarType.SINT32,
  ScalarType.SINT64,
  ScalarType.FIXED32,
  ScalarType.FIXED64,
  ScalarType.SFIXED32,
  ScalarType.SFIXED64,
]);

/** Messages whose JSON is a string. */
const stringMessages = new Set([
  'google.protobuf.Timestamp',
  'google.protobuf.Duration',
  'google.protobuf.BytesValue',
  'google.protobuf.StringValue',
]);
const integerWrappers = /^google\.protobuf\.U?Int(?:32|64)Value$/;

function refuse(field: string, description: string): never {
  throw malformed([{ field, description } satisfies FieldViolation]);
}

function integer(path: string, text: string): JsonValue {
  return /^-?\d{1,20}$/.test(text) ? text : refuse(path, 'must be a whole number');
}

function boolean(path: string, text: string): JsonValue {
  if (text === 'true') return true;
  return text === 'false' ? false : refuse(path, 'must be true or false');
}

function enumeration(path: string, text: string, desc: DescEnum): JsonValue {
  const known = desc.values.some(({ name }) => name === text);
  return known ? text : refuse(path, `must be one of ${desc.values.map(({ name }) => name).join(', ')}`);
}

function scalar(path: string, text: string, type: ScalarType): JsonValue {
  if (integers.has(type)) return integer(path, text);
  return type === ScalarType.BOOL ? boolean(path, text) : text;
}

function message(path: string, text: string, desc: DescMessage): JsonValue {
  if (stringMessages.has(desc.typeName)) return text;
  if (desc.typeName === 'google.protobuf.FieldMask') return camelCaseMask(text);
  if (integerWrappers.test(desc.typeName)) return integer(path, text);
  if (desc.typeName === 'google.protobuf.BoolValue') return boolean(path, text);
  if (/^google\.protobuf\.(?:Float|Double)Value$/.test(desc.typeName)) return text;
  return refuse(path, 'is a message: name its fields, for example `price.currencyCode`');
}

/**
 * Converts text of a path or query to the proto3 JSON of its field (of one element, if the field is repeated).
 * @param path the caller's name for the field, for the error
 * @throws MALFORMED_REQUEST
 */
export function fieldValue(field: DescField, path: string, text: string): JsonValue {
  if (field.fieldKind === 'map') return refuse(path, 'is a map, which a path or query cannot contain');
  if (field.message !== undefined) return message(path, text, field.message);
  if (field.enum !== undefined) return enumeration(path, text, field.enum);
  return field.scalar === undefined ? refuse(path, 'is not supported here') : scalar(path, text, field.scalar);
}
