import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import { ScalarType, type DescField, type DescMessage, type JsonValue } from '@bufbuild/protobuf';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';
import { camelCaseMask } from '../../../proto/field-mask.ts';
import { checkValue } from '../json/check.ts';
import { malformed } from '../json/malformed.ts';

/** Messages whose JSON is a string. */
const stringMessages = new Set(['google.protobuf.Timestamp', 'google.protobuf.Duration', 'google.protobuf.FieldMask']);

function scalarJson(type: ScalarType | undefined, text: string): JsonValue {
  return type === ScalarType.BOOL && (text === 'true' || text === 'false') ? text === 'true' : text;
}

function messageJson(desc: DescMessage, path: string, text: string): JsonValue {
  if (desc.typeName === 'google.protobuf.FieldMask') return camelCaseMask(text);
  if (stringMessages.has(desc.typeName)) return text;
  if (isWrapperDesc(desc)) return scalarJson(desc.fields[0].scalar, text);
  const inJson = protoCamelCase(path);
  const names = desc.fields.map(({ jsonName }) => `\`${inJson}.${jsonName}\``).join(' and ');
  throw malformed([{ field: path, description: `is a message: give its fields, ${names}` }]);
}

/**
 * Converts text of a path or query to the proto3 JSON of its field (of one element, if the field is repeated).
 * @param path the field's path in proto names, for the error
 * @throws MALFORMED_REQUEST
 */
export function fieldValue(field: DescField, path: string, text: string): JsonValue {
  if (field.fieldKind === 'map') {
    throw malformed([{ field: path, description: 'is a map, which a path or query cannot contain' }]);
  }
  const value = field.message === undefined ? scalarJson(field.scalar, text) : messageJson(field.message, path, text);
  checkValue(field, value, path);
  return value;
}
