import type { DescMessage } from '@bufbuild/protobuf';
import type { FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { camelCaseMask } from '../field-mask.ts';
import type { Schema } from './document.ts';
import { integerPattern } from './integer-pattern.ts';
import { durationBounds, maskPaths, storable } from './rules.ts';

const rfc3339 = String.raw`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$`;
const anySeconds = String.raw`^-?[0-9]{1,12}(?:\.[0-9]{1,9})?s$`;

function secondsPattern(rules: FieldRules): string {
  const bounds = durationBounds(rules);
  if (bounds === undefined || bounds.min < 0n || bounds.min >= bounds.max) return anySeconds;
  const below = integerPattern(bounds.min, bounds.max - 1n);
  return String.raw`^(?:${below}(?:\.[0-9]{1,9})?|${bounds.max}(?:\.0{1,9})?)s$`;
}

/** JSON spells the paths in camelCase and refuses an underscore. Without rules any other text is a path. */
function maskSchema(rules: FieldRules): Schema {
  const paths = maskPaths(rules);
  if (paths === undefined) return { type: 'string', pattern: '^[^_]*$', allOf: [{ pattern: storable }] };
  const names = paths.map((path) => (path === '*' ? String.raw`\*` : camelCaseMask(path)));
  const one = `(?:${names.join('|')})`;
  return { type: 'string', pattern: `^(?:${one}(?:,${one})*)?$` };
}

/**
 * The schema of a message of google.protobuf, whose JSON is not an object with its fields; undefined for other
 * messages.
 * @throws Error for one that this project has not used yet
 */
export function wellKnownSchema(
  desc: DescMessage,
  rules: FieldRules,
  direction: 'input' | 'output',
): Schema | undefined {
  switch (desc.typeName) {
    case 'google.protobuf.Timestamp':
      return { type: 'string', format: 'date-time', ...(direction === 'input' ? { pattern: rfc3339 } : {}) };
    case 'google.protobuf.Duration':
      return { type: 'string', pattern: direction === 'input' ? secondsPattern(rules) : anySeconds };
    case 'google.protobuf.FieldMask':
      return maskSchema(rules);
    case 'google.protobuf.Empty':
      return { type: 'object', additionalProperties: false };
    default:
      if (desc.typeName.startsWith('google.protobuf.')) throw new Error(`${desc.typeName} has no schema here yet`);
      return undefined;
  }
}
