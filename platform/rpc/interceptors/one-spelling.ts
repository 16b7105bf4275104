import { getOption, isMessage, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf';
import { field as fieldRules, type FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

/** Gives every UUID of a message its one spelling. */
export type SpellIds = (message: Message) => void;

function isUuid({ type }: FieldRules): boolean {
  return type.case === 'string' && type.value.wellKnown.case === 'uuid' && type.value.wellKnown.value;
}

/** Whether the contract says that a field is a UUID, or a list of them. */
export function isId(field: DescField): boolean {
  const rules = getOption(field, fieldRules);
  if (field.fieldKind !== 'list') return isUuid(rules);
  return rules.type.case === 'repeated' && rules.type.value.items !== undefined && isUuid(rules.type.value.items);
}

function spelled(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase();
  if (!Array.isArray(value)) return value;
  return value.some((each) => spelled(each) !== each) ? value.map(spelled) : value;
}

function spellField({ localName }: DescField): SpellIds {
  return (message) => {
    const value: unknown = Reflect.get(message, localName);
    const lower = spelled(value);
    if (lower !== value) Reflect.set(message, localName, lower);
  };
}

function spellInner({ localName }: DescField, schema: DescMessage, spell: SpellIds): SpellIds {
  return (message) => {
    const value: unknown = Reflect.get(message, localName);
    for (const inner of Array.isArray(value) ? value : [value]) if (isMessage(inner, schema)) spell(inner);
  };
}

/**
 * For the messages of a schema: a UUID may be sent in capitals (RFC 9562), and is the same value as in small letters.
 * The fields are those with the contract's rule `uuid`, in messages within the message, too; not in a oneof or a map.
 * @returns undefined if a message has none
 */
export function idSpeller(schema: DescMessage, outer: readonly DescMessage[] = []): SpellIds | undefined {
  if (outer.includes(schema)) return undefined;
  const steps = schema.fields.flatMap((field) => {
    if (field.oneof !== undefined) return [];
    if (isId(field)) return [spellField(field)];
    if (field.message === undefined || field.fieldKind === 'map') return [];
    const spell = idSpeller(field.message, [...outer, schema]);
    return spell === undefined ? [] : [spellInner(field, field.message, spell)];
  });
  if (steps.length === 0) return undefined;
  return (message) => {
    for (const step of steps) step(message);
  };
}
