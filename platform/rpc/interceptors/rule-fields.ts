import { getOption, type DescMessage } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import type { Violation } from '@bufbuild/protovalidate';
import { message as messageRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

const read = /\bthis(?<path>(?:\.[A-Za-z_]\w*)+)(?<call>\()?/g;

/** The fields that a CEL expression reads. `this.sku.matches(…)` reads `sku`: the last name is a function. */
function pathsIn(expression: string): string[] {
  const found = [...expression.matchAll(read)].map(({ groups }) => {
    const names = (groups?.['path'] ?? '').slice(1).split('.');
    return (groups?.['call'] === undefined ? names : names.slice(0, -1)).join('.');
  });
  const paths = new Set(found.filter((path) => path !== ''));
  // `has(this.price) && this.price.minor_units > 0` is about the deeper one.
  return [...paths].filter((path) => ![...paths].some((other) => other.startsWith(`${path}.`)));
}

/** The fields that a rule of the whole message is about. The rule's id stands for a rule that reads none. */
function fieldsOfRule(schema: DescMessage, ruleId: string): string[] {
  const { cel, oneof } = getOption(schema, messageRules);
  if (ruleId === 'message.oneof') return oneof.flatMap(({ fields }) => fields);
  const paths = pathsIn(cel.find(({ id }) => id === ruleId)?.expression ?? '');
  return paths.length === 0 ? [ruleId] : paths;
}

/** The fields that a violation is about. Protovalidate names none for a rule of the whole message. */
export function fieldsOf(schema: DescMessage, { field, ruleId }: Violation): string[] {
  return field.length > 0 ? [pathToString(field)] : fieldsOfRule(schema, ruleId);
}
