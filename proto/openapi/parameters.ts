import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { etagPathOf } from '../etag.ts';
import { fieldAt, variableName, type Binding } from './bindings.ts';
import type { Parameter, Schema } from './document.ts';
import { messageConstraints, uuidPattern } from './rules.ts';
import { isRequired, narrow, plain, type Schemas, type Shape } from './schemas.ts';

const keyField = 'request_id';

function withoutDescription(schema: Schema): Pick<Parameter, 'schema' | 'description'> {
  const { description, ...rest } = schema;
  return description === undefined ? { schema: rest } : { schema: rest, description };
}

/** The shape of the field at a path. The rules of the fields above it count, too. */
function shapeAt(desc: DescMessage, path: string): Shape {
  const names = path.split('.').slice(0, -1);
  const fields = names.map((_, index) => fieldAt(desc, names.slice(0, index + 1).join('.')));
  return fields.reduce(narrow, plain);
}

function pathParameters(binding: Binding, schemas: Schemas): Parameter[] {
  return binding.variables.map((path) => {
    const input = binding.method.input;
    const described = withoutDescription(schemas.field(fieldAt(input, path), 'text', shapeAt(input, path)));
    return { name: variableName(path), in: 'path', required: true, ...described };
  });
}

function isOwnMessage(field: DescField): field is DescField & { fieldKind: 'message' } {
  return field.fieldKind === 'message' && !field.message.typeName.startsWith('google.protobuf.');
}

interface QueryLevel {
  readonly prefix: string;
  readonly shape: Shape;
  /** True if the message is optional: then none of its fields is required. */
  readonly optional: boolean;
}

function queryParameters(desc: DescMessage, { prefix, shape, optional }: QueryLevel, schemas: Schemas): Parameter[] {
  return desc.fields.flatMap((field): Parameter[] => {
    if (shape.omit.has(field.name) || field.fieldKind === 'map') return [];
    const name = `${prefix}${field.jsonName}`;
    const needed = isRequired(desc, field, shape);
    if (isOwnMessage(field)) {
      return queryParameters(
        field.message,
        { prefix: `${name}.`, shape: narrow(shape, field), optional: optional || !needed },
        schemas,
      );
    }
    const { description, schema } = withoutDescription(schemas.field(field, 'text', shape));
    const together = optional && needed ? `Required if another \`${prefix}*\` is sent.` : undefined;
    const text = [description, together].filter((each) => each !== undefined).join(' ');
    return [
      {
        name,
        in: 'query',
        required: needed && !optional,
        ...(text === '' ? {} : { description: text }),
        ...(needed ? {} : { allowEmptyValue: true }),
        ...(field.fieldKind === 'list' ? { style: 'form' as const, explode: true } : {}),
        schema,
      },
    ];
  });
}

function takesKey(input: DescMessage): boolean {
  return input.fields.some(({ name, scalar }) => name === keyField && scalar === ScalarType.STRING);
}

function takesWait(input: DescMessage): boolean {
  return input.fields.some(({ name, message }) => name === 'wait' && message?.typeName === 'google.protobuf.Duration');
}

/** The usual forms. A list of tags is taken, too. */
const ifMatchPattern = '^([*]|"[!#-~]{1,126}")$';

/** Whether the request is about a resource with an etag, and changes it. */
export function takesIfMatch({ method, verb, variables }: Binding): boolean {
  return verb !== 'get' && etagPathOf(method.input, variables) !== undefined;
}

function headerParameters(binding: Binding): Parameter[] {
  const { method, hasBody } = binding;
  const parameters: Parameter[] = [];
  const key = method.input.fields.find((field) => field.name === keyField);
  if (key !== undefined && takesKey(method.input)) {
    const other = hasBody ? ' A client may instead send it in the body as `requestId`.' : '';
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: isRequired(method.input, key, plain),
      description: `UUID that makes a repeat safe: the same key with the same request gets the first answer again.${other}`,
      // Without `format: uuid`: openapi-python-client would send an object, which its HTTP library refuses.
      schema: { type: 'string', pattern: uuidPattern },
    });
  }
  if (takesIfMatch(binding)) {
    parameters.push({
      name: 'If-Match',
      in: 'header',
      required: false,
      description:
        'The `ETag` of an answer with the resource, or its `etag` in quotes; several, or `*`. If none is the present one, the answer is 412.',
      schema: { type: 'string', pattern: ifMatchPattern },
      // It fits every resource, so that the example runs as it is.
      example: '*',
    });
  }
  if (takesWait(method.input)) {
    parameters.push({
      name: 'Prefer',
      in: 'header',
      required: false,
      description: '`wait=N` (RFC 7240): how many seconds to wait for the end, at most 8. The body’s `wait` wins.',
      schema: { type: 'string' },
      example: 'wait=8',
    });
  }
  return parameters;
}

/** Fields that are in the path or in a header, and so not in the body or query. */
export function fieldsOutsideBody({ method, variables }: Binding): ReadonlySet<string> {
  return new Set([...variables, ...(takesKey(method.input) ? [keyField] : [])]);
}

/** Path, query and header parameters of a route. */
export function parametersOf(binding: Binding, schemas: Schemas): Parameter[] {
  const constraints = messageConstraints(binding.method.input);
  const shape = { ...plain, omit: fieldsOutsideBody(binding), constraints };
  const query = binding.hasBody
    ? []
    : queryParameters(binding.method.input, { prefix: '', shape, optional: false }, schemas);
  return [...pathParameters(binding, schemas), ...query, ...headerParameters(binding)];
}
