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

/** Refuses strings for 64-bit numbers that are not decimal. JavaScript also reads " 5" and "0x10", but we do not. */
export function checkWholeNumbers(desc: DescMessage, message: JsonObject): void {
  for (const field of desc.fields) {
    const value = sentValue(message, field);
    // The contract has no lists of lists. A request may nest them without end, so inner lists are not checked.
    for (const each of Array.isArray(value) ? value : [value]) check(field, each);
  }
}
