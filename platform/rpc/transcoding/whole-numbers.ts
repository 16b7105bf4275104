import { ScalarType, type DescField, type DescMessage, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import { malformed } from './malformed.ts';
import { sentValue } from './message-json.ts';

const wide = new Set<ScalarType | undefined>([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

function check(field: DescField, value: JsonValue | undefined): void {
  if (field.fieldKind === 'map') return;
  if (typeof value === 'string') {
    if (!wide.has(field.scalar) || /^-?\d+$/.test(value)) return;
    throw malformed([{ field: field.name, description: 'must be a whole number' }]);
  }
  if (Array.isArray(value) || typeof value !== 'object' || value === null || field.message === undefined) return;
  checkWholeNumbers(field.message, value);
}

/** 64-bit numbers sent as strings are decimal: what JavaScript also reads, as " 5" and "0x10", is no amount. */
export function checkWholeNumbers(desc: DescMessage, message: JsonObject): void {
  for (const field of desc.fields) {
    const value = sentValue(message, field);
    // Lists of lists are none of the contract's, and may be nested without end.
    for (const each of Array.isArray(value) ? value : [value]) check(field, each);
  }
}
