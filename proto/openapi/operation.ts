import { getOption } from '@bufbuild/protobuf';
import { access, Access } from '../gen/ecommerce/options/v1/access_pb.ts';
import { resourceField } from '../etag.ts';
import type { Binding } from './bindings.ts';
import { commentOf, summaryOf } from './comments.ts';
import type { Header, Operation, Response } from './document.ts';
import { bodies } from './examples.ts';
import { fieldsOutsideBody, parametersOf, takesIfMatch } from './parameters.ts';
import { problemResponses, requestIdHeader } from './problems.ts';
import { messageConstraints } from './rules.ts';
import { plain, type Schemas } from './schemas.ts';

interface Success {
  readonly status: number;
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
}

const etag: Header = {
  description: 'Strong ETag of these bytes (RFC 9110), which begins with the `etag` of the resource. For `If-Match`.',
  schema: { type: 'string' },
};

/** A read of a resource that has an etag, or a change of it. */
function ok({ method, verb }: Binding): readonly Success[] {
  const isResource = ['get', 'patch', 'put'].includes(verb) && resourceField(method.output) !== undefined;
  return [{ status: 200, description: 'Done.', ...(isResource ? { headers: { ETag: etag } } : {}) }];
}

const location: Header = { description: 'Path of the checkout.', schema: { type: 'string' } };
const applied: Header = { description: 'The wait that was applied, for example `wait=8`.', schema: { type: 'string' } };

/** Methods whose handlers choose another status than 200 or send more headers. */
const successes: Readonly<Record<string, readonly Success[]>> = {
  'ecommerce.checkout.v1.CheckoutService.StartCheckout': [
    {
      status: 200,
      description: 'The checkout has ended within the wait.',
      headers: { Location: location, 'Preference-Applied': applied },
    },
    {
      status: 202,
      description: 'The checkout is accepted and will end. `Location` is the path of its state.',
      headers: { Location: location, 'Preference-Applied': applied },
    },
  ],
};

function successResponses(binding: Binding, schemas: Schemas): Record<string, Response> {
  const { method } = binding;
  const schema = schemas.message(method.output, 'output');
  const answers = successes[`${method.parent.typeName}.${method.name}`] ?? ok(binding);
  return Object.fromEntries(
    answers.map(({ status, description, headers }): [string, Response] => [
      String(status),
      {
        description,
        headers: { 'X-Request-Id': requestIdHeader, ...headers },
        content: { 'application/json': { schema } },
      },
    ]),
  );
}

function securityOf({ method }: Binding): Operation['security'] {
  const who = getOption(method, access);
  return who === Access.USER || who === Access.ADMIN || who === Access.SUPPORT ? [{ bearerAuth: [] }] : [];
}

/**
 * The body of a route. Generators make no class of a message without fields. So if all fields are in the path or in
 * headers, the body has those of headers, too; if there is none of these either, no body is described.
 */
function bodyOf(binding: Binding, schemas: Schemas): Pick<Operation, 'requestBody'> {
  const { input } = binding.method;
  const inPath = new Set(binding.variables);
  const outside = fieldsOutsideBody(binding);
  const rest = input.fields.filter(({ name }) => !inPath.has(name));
  if (!binding.hasBody || rest.length === 0) return {};
  const omit = rest.every(({ name }) => outside.has(name)) ? inPath : outside;
  const shape = { ...plain, omit, constraints: messageConstraints(input) };
  const { schema, required } = schemas.body(input, shape, outside);
  const example = bodies[operationIdOf(binding)];
  const content = { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
  return { requestBody: { required, content } };
}

function operationIdOf({ method, index }: Binding): string {
  return `${method.parent.name}_${method.name}${index === 0 ? '' : `_${index}`}`;
}

/** One REST route as an operation. */
export function operationOf(binding: Binding, schemas: Schemas): Operation {
  const { method } = binding;
  const comment = commentOf(`${method.parent.typeName}.${method.name}`);
  const parameters = parametersOf(binding, schemas);
  return {
    operationId: operationIdOf(binding),
    tags: [method.parent.name],
    summary: comment === undefined ? method.name : summaryOf(comment),
    ...(comment === undefined ? {} : { description: comment }),
    security: securityOf(binding),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(binding, schemas),
    responses: {
      ...successResponses(binding, schemas),
      ...problemResponses(method, {
        body: binding.hasBody,
        path: binding.variables.length > 0,
        precondition: takesIfMatch(binding),
      }),
    },
  };
}
