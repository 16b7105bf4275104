import { ScalarType, type DescEnum, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { Ignore, type FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { below, demandsValue, mergeConstraints, type Constraints } from './cel.ts';
import { commentOf } from './comments.ts';
import type { Schema } from './document.ts';
import { withExample } from './examples.ts';
import { celOf, listRules, mapRules, noRules, requiredFields, rulesOf, stringSchema } from './rules.ts';
import { isLong, scalarSchema, type Direction } from './scalar.ts';
import { wellKnownSchema } from './well-known.ts';

/** How the schema of a message differs from its plain form where it is used. */
export interface Shape {
  /** Paths, in proto names, of fields that are in the path or in a header. */
  readonly omit: ReadonlySet<string>;
  readonly constraints: Constraints;
  /** True if the contract does not check the rules here (`IGNORE_ALWAYS`). */
  readonly unruled: boolean;
}

export const plain: Shape = { omit: new Set(), constraints: new Map(), unruled: false };

function enumSchema(desc: DescEnum): Schema {
  const lines = desc.values.map(({ name }) => {
    const comment = commentOf(`${desc.typeName}.${name}`);
    return comment === undefined ? `- \`${name}\`` : `- \`${name}\`: ${comment}`;
  });
  return { type: 'string', enum: desc.values.map(({ name }) => name), description: lines.join('\n') };
}

function nullable(schema: Schema): Schema {
  const { type, description, ...rest } = schema;
  if (type === undefined) {
    return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
  }
  const types = typeof type === 'string' ? [type] : type;
  const values = schema.enum === undefined ? {} : { enum: [...schema.enum, null] };
  return { ...schema, type: [...types, 'null'], ...values };
}

/**
 * Whether answers contain the field: JSON has lists, maps and scalars even if they are empty, and the server sends each
 * message that the contract does not call `optional`.
 */
export function isAlwaysSent(field: DescField): boolean {
  if (field.fieldKind === 'message') return field.oneof === undefined && !field.proto.proto3Optional;
  return (
    field.fieldKind === 'list' || field.fieldKind === 'map' || field.presence === FeatureSet_FieldPresence.IMPLICIT
  );
}

/** Whether a request may have null for a missing field. For 64-bit integers the document names one type only. */
function mayBeNull(field: DescField): boolean {
  return field.fieldKind !== 'scalar' || !isLong(field.scalar);
}

/** The shape of a field of a message that has this shape. */
export function narrow(shape: Shape, field: DescField): Shape {
  const prefix = `${field.name}.`;
  const omit = [...shape.omit].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  const unruled = shape.unruled || rulesOf(field).ignore === Ignore.ALWAYS;
  const fromAbove = below(shape.constraints, field.name);
  const constraints = unruled ? fromAbove : mergeConstraints(celOf(rulesOf(field).cel).constraints, fromAbove);
  return { omit: new Set(omit), constraints, unruled };
}

/** Whether a request without this field is refused. Fields in the path or in a header do not count. */
export function isRequired(desc: DescMessage, field: DescField, shape: Shape): boolean {
  const { omit, constraints, unruled } = narrow(shape, field);
  if (unruled) return false;
  if (omit.size > 0) return [...constraints].some(([at, one]) => !omit.has(at) && demandsValue(new Map([[at, one]])));
  return requiredFields(desc).has(field) || demandsValue(below(shape.constraints, field.name));
}

/** Collects the schemas of messages and enums under `#/components/schemas`. */
export class Schemas {
  readonly components: Record<string, Schema> = {};
  readonly #owners = new Map<string, string>();

  /**
   * The schema of a message where it is used: a reference to its component, if it does not differ from its plain form.
   */
  message(desc: DescMessage, direction: Direction, shape: Shape = plain): Schema {
    if (shape.omit.size > 0 || shape.constraints.size > 0) return this.#object(desc, direction, shape);
    const suffix = direction === 'output' ? '' : shape.unruled ? 'Unchecked' : 'Input';
    return this.#component(`${desc.name}${suffix}`, `${desc.typeName}${suffix}`, () =>
      this.#object(desc, direction, shape),
    );
  }

  /**
   * The schema of a request body. It has the name of the message, even if fields are left out.
   * @param elsewhere names of fields that the request already has in a header, so that the body need not have them
   */
  body(
    desc: DescMessage,
    shape: Shape,
    elsewhere: ReadonlySet<string> = new Set(),
  ): { readonly schema: Schema; readonly required: boolean } {
    const { required: all = [], ...object } = this.#object(desc, 'input', shape);
    const sent = new Set(desc.fields.filter(({ name }) => elsewhere.has(name)).map(({ jsonName }) => jsonName));
    const required = all.filter((name) => !sent.has(name));
    const key = [...shape.omit].sort().join();
    return {
      schema: this.#component(desc.name, `${desc.typeName} without ${key}`, () => ({
        ...object,
        ...(required.length === 0 ? {} : { required }),
      })),
      required: required.length > 0,
    };
  }

  /** The schema of a field, whether it is required or not. */
  field(field: DescField, direction: Direction, shape: Shape): Schema {
    const inner = narrow(shape, field);
    const words = inner.unruled ? [] : celOf(rulesOf(field).cel).words;
    const schema = this.#value(field, direction, inner);
    const comment = commentOf(`${field.parent.typeName}.${field.name}`);
    const text = [comment, ...(direction === 'output' ? [] : words.map((word) => `Rule: ${word}.`))].filter(Boolean);
    if (text.length === 0) return schema;
    const description = schema.description === undefined ? text : [...text, '', schema.description];
    return { ...schema, description: description.join('\n') };
  }

  #value(field: DescField, direction: Direction, shape: Shape): Schema {
    const rules = shape.unruled ? noRules : rulesOf(field);
    const own = shape.constraints.get('') ?? {};
    switch (field.fieldKind) {
      case 'scalar':
        return scalarSchema(field.scalar, rules, own, direction);
      case 'enum':
        return this.#enum(field.enum, direction);
      case 'message':
        return this.#messageValue(field.message, rules, direction, shape);
      case 'list':
        return this.#list(field, rules, direction, shape);
      case 'map':
        return this.#map(field, rules, direction, shape);
    }
  }

  #messageValue(desc: DescMessage, rules: FieldRules, direction: Direction, shape: Shape): Schema {
    const form = direction === 'output' ? 'output' : 'input';
    const inner = new Map([...shape.constraints].filter(([at]) => at !== ''));
    return wellKnownSchema(desc, rules, form) ?? this.message(desc, direction, { ...shape, constraints: inner });
  }

  #list(field: DescField & { fieldKind: 'list' }, rules: FieldRules, direction: Direction, { unruled }: Shape): Schema {
    const { bounds, items } = listRules(rules);
    return {
      type: 'array',
      ...(direction === 'output' ? {} : bounds),
      items: this.#element(field, items ?? noRules, direction, unruled),
    };
  }

  #map(field: DescField & { fieldKind: 'map' }, rules: FieldRules, direction: Direction, { unruled }: Shape): Schema {
    const { bounds, keys, values } = mapRules(rules);
    const ruled = direction !== 'output';
    const names = field.mapKey === ScalarType.STRING && ruled ? stringSchema(keys ?? noRules, {}) : undefined;
    return {
      type: 'object',
      ...(ruled ? bounds : {}),
      ...(names === undefined ? {} : { propertyNames: names }),
      additionalProperties: this.#element(field, values ?? noRules, direction, unruled),
    };
  }

  #element(
    field: DescField & { fieldKind: 'list' | 'map' },
    rules: FieldRules,
    direction: Direction,
    unruled: boolean,
  ): Schema {
    if (field.message !== undefined) return this.#messageValue(field.message, rules, direction, { ...plain, unruled });
    if (field.enum !== undefined) return this.#enum(field.enum, direction);
    return scalarSchema(field.scalar, rules, {}, direction);
  }

  #enum(desc: DescEnum, direction: Direction): Schema {
    if (direction === 'text') return enumSchema(desc);
    return this.#component(desc.name, desc.typeName, () => enumSchema(desc));
  }

  #object(desc: DescMessage, direction: Direction, shape: Shape): Schema {
    const fields = desc.fields.filter(({ name }) => !shape.omit.has(name));
    const must = (field: DescField) => (direction === 'output' ? isAlwaysSent(field) : isRequired(desc, field, shape));
    const properties = fields.map((field): [string, Schema] => {
      const schema = this.field(field, direction, shape);
      if (direction !== 'input') return [field.jsonName, schema];
      const shown = withExample(field.name, schema);
      return [field.jsonName, must(field) || !mayBeNull(field) ? shown : nullable(shown)];
    });
    const required = fields.filter(must).map(({ jsonName }) => jsonName);
    const description = commentOf(desc.typeName);
    return {
      type: 'object',
      ...(description === undefined ? {} : { description }),
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
      // Requests with unknown fields are refused. Answers may get new fields.
      ...(direction === 'output' ? {} : { additionalProperties: false }),
    };
  }

  #component(name: string, owner: string, build: () => Schema): Schema {
    const holder = this.#owners.get(name);
    if (holder !== undefined && holder !== owner) return this.#component(owner.replaceAll(' ', '_'), owner, build);
    if (holder === undefined) {
      // Named first, because a message may contain itself.
      this.#owners.set(name, owner);
      this.components[name] = {};
      this.components[name] = build();
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}
