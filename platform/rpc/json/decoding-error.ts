import { protoSnakeCase } from '@bufbuild/protobuf/reflect';
import type { FieldViolation } from '../../errors/app-error.ts';

/**
 * Reads messages of protobuf-es: `cannot decode field a.b.Message.some_field from JSON: why`, `…: key "name" is unknown`,
 * `…: duplicate object key "name"`.
 */
export function violationsIn(message: string): FieldViolation[] {
  const unknown = /key "(?<field>[^"]*)" is unknown/.exec(message)?.groups?.field;
  if (unknown !== undefined) return [{ field: unknown || '""', description: 'is not a field of this request' }];
  const repeated = /duplicate object key "(?<field>[^"]*)"/.exec(message)?.groups?.field;
  if (repeated !== undefined) return [{ field: protoName(repeated) || '""', description: 'is given more than once' }];
  const wrong = /cannot decode field (?:[\w.]+\.)?(?<field>\w+) from JSON: (?<why>.*)$/s.exec(message)?.groups;
  if (wrong?.field === undefined) return [];
  return [{ field: wrong.field, description: wrong.why ?? 'has the wrong form' }];
}

/** Violations name fields as the contract does. protobuf-es tells the key alone, and a JSON name is a proto name in camelCase. */
function protoName(key: string): string {
  return /^[a-z]\w*$/.test(key) ? protoSnakeCase(key) : key;
}
