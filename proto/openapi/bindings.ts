import { getOption, hasOption, type DescField, type DescMessage, type DescMethod } from '@bufbuild/protobuf';
import { http } from '../gen/google/api/annotations_pb.ts';
import type { HttpRule } from '../gen/google/api/http_pb.ts';

/** One REST route of a method. */
export interface Binding {
  readonly method: DescMethod;
  /** In lower case, as in OpenAPI. */
  readonly verb: string;
  /** With the variables in camelCase, for example `/api/v1/orders/{orderId}:cancel`. */
  readonly path: string;
  /** Field paths of the variables in proto names, in the order of the path. */
  readonly variables: readonly string[];
  /** True if the message is the JSON body; otherwise its fields are in the query. */
  readonly hasBody: boolean;
  /** 0 for the method's own route, then its additional ones. */
  readonly index: number;
}

function camelCase(name: string): string {
  return name.replaceAll(/_(?<letter>[a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A variable's name in the document: the name of its last field, so `{product.product_id}` is `productId`, too. */
export function variableName(fieldPath: string): string {
  return camelCase(fieldPath.split('.').at(-1) ?? fieldPath);
}

function toBinding(method: DescMethod, rule: HttpRule, index: number): Binding[] {
  const { pattern } = rule;
  if (pattern.case === undefined || pattern.case === 'custom') return [];
  if (rule.body !== '' && rule.body !== '*')
    throw new Error(`${method.name}: a body of one field is not documented yet`);
  const variables: string[] = [];
  const path = pattern.value.replaceAll(/\{(?<field>[\w.]+)(?:=[^}]*)?\}/g, (_, field: string) => {
    variables.push(field);
    return `{${variableName(field)}}`;
  });
  return [{ method, verb: pattern.case, path, variables, hasBody: rule.body === '*', index }];
}

/** The REST routes of a method. Streams and methods without an annotation have none. */
export function bindingsOf(method: DescMethod): Binding[] {
  if (method.methodKind !== 'unary' || !hasOption(method, http)) return [];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap((each, index) => toBinding(method, each, index));
}

/** The field at a path in proto names. */
export function fieldAt(desc: DescMessage, path: string): DescField {
  const [name, ...rest] = path.split('.');
  const field = desc.fields.find((each) => each.name === name);
  if (field === undefined) throw new Error(`${desc.typeName} has no field ${path}`);
  return rest.length === 0 || field.message === undefined ? field : fieldAt(field.message, rest.join('.'));
}
