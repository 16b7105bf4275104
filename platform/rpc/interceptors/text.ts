import { isMessage, ScalarType, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf';
import type { FieldViolation } from '../../errors/app-error.ts';

const plans = new WeakMap<DescMessage, readonly DescField[]>();

/** The fields that may contain text, directly or in nested messages. */
function textFields(schema: DescMessage): readonly DescField[] {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const fields = schema.fields.filter(
    (field) =>
      field.message !== undefined ||
      field.scalar === ScalarType.STRING ||
      (field.fieldKind === 'map' && field.mapKey === ScalarType.STRING),
  );
  plans.set(schema, fields);
  return fields;
}

function isBad(text: string): boolean {
  return text.includes('\0');
}

function read(message: Message, field: DescField): unknown {
  if (field.oneof === undefined) return Reflect.get(message, field.localName);
  const group: unknown = Reflect.get(message, field.oneof.localName);
  const chosen = typeof group === 'object' && group !== null && 'case' in group && group.case === field.localName;
  return chosen && 'value' in group ? group.value : undefined;
}

function badIn(value: unknown, schema: DescMessage | undefined): string | undefined {
  if (typeof value === 'string') return isBad(value) ? '' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (schema !== undefined && isMessage(value, schema)) {
    const inner = findBadText(schema, value);
    return inner === undefined ? undefined : `.${inner.field}`;
  }
  for (const [key, element] of Object.entries(value)) {
    if (!Array.isArray(value) && isBad(key)) return '';
    const found = badIn(element, schema);
    if (found !== undefined) return `[${Array.isArray(value) ? key : JSON.stringify(key)}]${found}`;
  }
  return undefined;
}

/**
 * The first field whose text has a NUL, which Postgres cannot store. Protobuf has already checked that it is Unicode.
 */
export function findBadText(schema: DescMessage, message: Message): FieldViolation | undefined {
  for (const field of textFields(schema)) {
    const path = badIn(read(message, field), field.message);
    if (path !== undefined) {
      return { field: `${field.name}${path}`, description: 'must not have NUL characters' };
    }
  }
  return undefined;
}
