import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { checkJson } from '../json/check.ts';
import { malformed } from '../json/malformed.ts';
import { fieldValue } from './field-value.ts';
import { asObject } from './json-body.ts';
import type { RestRoute } from './routes.ts';

/** The field of a message by proto or JSON name. */
export function findField(desc: DescMessage, name: string): DescField | undefined {
  return desc.fields.find((field) => field.name === name || field.jsonName === name);
}

/** The value that the caller sent for a field, by its JSON or proto name; undefined for none or null. */
export function sentValue(object: JsonObject, field: DescField): JsonValue | undefined {
  const value = Object.hasOwn(object, field.jsonName) ? object[field.jsonName] : own(object, field.name);
  return value ?? undefined;
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a field by its JSON name, and removes a value by its proto name. */
export function setValue(object: JsonObject, field: DescField, value: JsonValue): void {
  if (field.name !== field.jsonName) delete object[field.name];
  object[field.jsonName] = value;
}

export interface FieldLocation {
  readonly parent: JsonObject;
  readonly field: DescField;
}

/**
 * A dotted path of JSON or proto names in the proto names by which violations name fields. Names of no field stay as they
 * are.
 */
function protoPath(desc: DescMessage, path: string): string {
  let at: DescMessage | undefined = desc;
  const names = path.split('.').map((name) => {
    const field: DescField | undefined = at && findField(at, name);
    at = field?.fieldKind === 'message' ? field.message : undefined;
    return field?.name ?? name;
  });
  return names.join('.') || '""';
}

/** Finds the field at a dotted path, and creates missing messages above it. */
export function locate(root: JsonObject, desc: DescMessage, path: string): FieldLocation {
  const wrong = (description: string) => malformed([{ field: protoPath(desc, path), description }]);
  let parent = root;
  let at = desc;
  const names = path.split('.');
  for (const [index, name] of names.entries()) {
    const field = findField(at, name);
    if (field === undefined) throw wrong('is not a field of this request');
    if (index === names.length - 1) return { parent, field };
    if (field.fieldKind !== 'message') throw wrong('has no fields');
    const child = asObject(sentValue(parent, field));
    setValue(parent, field, child);
    parent = child;
    at = field.message;
  }
  throw wrong('is not a field of this request');
}

function putPathValue(root: JsonObject, desc: DescMessage, path: string, text: string): void {
  const { parent, field } = locate(root, desc, path);
  const value = fieldValue(field, path, text);
  const sent = sentValue(parent, field);
  if (sent !== undefined && sent !== '' && String(sent) !== text) {
    throw malformed([{ field: path, description: 'differs between path and body' }]);
  }
  setValue(parent, field, value);
}

function putQuery(root: JsonObject, route: RestRoute, query: URLSearchParams): void {
  const { input } = route.method;
  if (query.size > 0 && route.body === '*') {
    const [name = ''] = query.keys();
    const description = 'belongs in the body; this request takes no query parameters';
    throw malformed([{ field: protoPath(input, name), description }]);
  }
  for (const sentPath of new Set(query.keys())) {
    // A form sends `status=` for what was left empty. It counts as not sent, whatever the field's type is.
    const texts = query.getAll(sentPath).filter((text) => text !== '');
    const { parent, field } = locate(texts.length === 0 ? {} : root, input, sentPath);
    const path = protoPath(input, sentPath);
    const before = sentValue(parent, field);
    if (field.fieldKind === 'list') {
      const earlier = Array.isArray(before) ? before : [];
      const added = texts.map((text, index) => fieldValue(field, `${path}[${earlier.length + index}]`, text));
      if (added.length > 0) setValue(parent, field, [...earlier, ...added]);
      continue;
    }
    const values = texts.map((text) => fieldValue(field, path, text));
    const [first] = values;
    if (first === undefined) continue;
    if (values.length > 1 || before !== undefined) {
      throw malformed([{ field: path, description: 'is given more than once' }]);
    }
    setValue(parent, field, first);
  }
}

function fromBody(route: RestRoute, body: JsonValue | undefined): JsonObject {
  if (route.body === '*') return asObject(body);
  const field = route.body === '' ? undefined : findField(route.method.input, route.body);
  return field === undefined || body === undefined ? {} : { [field.jsonName]: body };
}

/**
 * Makes the request message of a REST call, as proto3 JSON, from its path, query and body.
 * @throws MALFORMED_REQUEST that names the field
 */
export function messageJson(
  route: RestRoute,
  values: readonly string[],
  query: URLSearchParams,
  body: JsonValue | undefined,
): JsonObject {
  const message = fromBody(route, body);
  checkJson(route.method.input, message);
  putQuery(message, route, query);
  for (const [index, path] of route.template.fields.entries()) {
    putPathValue(message, route.method.input, path, values[index] ?? '');
  }
  return message;
}
