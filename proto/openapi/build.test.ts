import type { DescMessage } from '@bufbuild/protobuf';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FundsService } from '../gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { contractServices, isInternalPackage } from '../testing/services.ts';
import { buildOpenApi } from './build.ts';
import { publicServices } from './public-services.ts';
import { isAlwaysSent } from './schemas.ts';
import { createValidators, document, publicBindings, publicMethods } from './testing/document.ts';

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
});

test('every reference leads somewhere and every schema compiles', () => {
  const validator = createValidators(document);
  for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)) {
    expect(() => validator(pointer ?? '')).not.toThrow();
  }
});

test('every unary method of a public service has an operation, and no stream has one', () => {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const ids = new Set(operations.map(({ operationId }) => operationId));
  expect(ids.size).toBe(operations.length);
  for (const method of publicMethods) {
    expect(ids.has(`${method.parent.name}_${method.name}`), method.toString()).toBe(method.methodKind === 'unary');
  }
  expect(publicBindings.length).toBe(publicMethods.filter(({ methodKind }) => methodKind === 'unary').length);
});

test('every operation, parameter, schema and property has a description', () => {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const { summary, description, parameters, tags } of Object.values(item)) {
      expect(summary, path).not.toBe('');
      expect(tags.includes('Process') || description !== undefined, path).toBe(true);
      for (const parameter of parameters ?? [])
        expect(parameter.description, `${path} ${parameter.name}`).toBeDefined();
    }
  }
  for (const [name, { description, properties }] of Object.entries(document.components.schemas)) {
    expect(description, name).toBeDefined();
    if (name === 'Problem') continue;
    for (const [key, each] of Object.entries(properties ?? {}))
      expect(each.description, `${name}.${key}`).toBeDefined();
  }
});

/** Pointers to all schemas with examples in a part of the document. */
function withExamples(part: unknown, pointer: string): { pointer: string; examples: readonly unknown[] }[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'examples' in part && Array.isArray(part.examples) ? [{ pointer, examples: part.examples }] : [];
  return [...own, ...Object.entries(part).flatMap(([key, value]) => withExamples(value, `${pointer}/${key}`))];
}

test('examples fit their schemas', () => {
  const validator = createValidators(document);
  const found = withExamples(document.components.schemas, '#/components/schemas');
  expect(found.length).toBeGreaterThan(20);
  for (const { pointer, examples } of found) {
    for (const example of examples) expect(validator(pointer)(example), pointer).toBe(true);
  }
});

test('a method’s answers list the reasons of each status and their meanings', () => {
  const responses = document.paths['/api/v1/products']?.['post']?.responses;
  expect(responses?.['409']).toMatchObject({ description: expect.stringContaining('`SKU_TAKEN`: another product') });
  expect(document.components.responses['Problem413']?.description).toContain('`BODY_TOO_LARGE`');
});

test('an operation that needs a token says so', () => {
  expect(document.paths['/api/v1/cart']?.['get']?.security).toEqual([{ bearerAuth: [] }]);
  expect(document.paths['/api/v1/products']?.['get']?.security).toEqual([]);
  expect(document.paths['/api/v1/products']?.['post']?.responses['403']).toMatchObject({
    description: expect.stringContaining('ADMIN_REQUIRED'),
  });
});

test('a checkout may answer 200 or 202 with its location, and takes Prefer and Idempotency-Key', () => {
  const operation = document.paths['/api/v1/cart/checkout']?.['post'];
  for (const status of ['200', '202']) {
    expect(operation?.responses[status]).toMatchObject({ headers: { Location: {}, 'Preference-Applied': {} } });
  }
  expect(operation?.parameters?.map(({ name }) => name)).toEqual(['Idempotency-Key', 'Prefer']);
});

test('a header is a plain string, which every generated client can send', () => {
  const headers = operations.flatMap(({ parameters = [] }) => parameters.filter((each) => each.in === 'header'));
  expect(headers.length).toBeGreaterThan(0);
  for (const { schema } of headers) expect(schema).toMatchObject({ type: 'string' });
  expect(headers.filter(({ schema }) => schema.format !== undefined)).toEqual([]);
});

test('nested messages in a query have dotted names', () => {
  const names = document.paths['/api/v1/products']?.['get']?.parameters?.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['minPrice.currencyCode', 'minPrice.minorUnits', 'inStock', 'pageSize']),
  );
});

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([verb, operation]) => ({ name: `${verb} ${path}`, ...operation })),
);

test('every operation describes an answer for mistakes of the caller', () => {
  for (const { name, responses } of operations) {
    expect(
      Object.keys(responses).some((status) => status.startsWith('4')),
      name,
    ).toBe(true);
  }
});

test('the document names whom to ask', () => {
  expect(document.info.contact).toEqual({ name: expect.stringMatching(/\w/), url: expect.stringMatching(/^https:/) });
});

// openapi-generator takes an object without properties for one with any properties.
test('the body of every request has a schema with a name and properties, so that generators make a class of it', () => {
  for (const { name, requestBody } of operations) {
    if (requestBody === undefined) continue;
    const { $ref = '' } = requestBody.content['application/json']?.schema ?? {};
    expect($ref, name).toMatch(/^#\/components\/schemas\/\w+Request$/);
    const { properties = {} } = document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {};
    expect(Object.keys(properties).length, name).toBeGreaterThan(0);
  }
});

test('no text has alternatives: generators cannot make a class of them', () => {
  const texts = JSON.stringify(document).match(/"type":"string"[^{}]*"(?:anyOf|oneOf)"/g);
  expect(texts).toBeNull();
  const { parameters } = document.paths['/api/v1/wallet/transactions']?.['get'] ?? {};
  expect(parameters?.find(({ name }) => name === 'orderId')?.schema).toEqual({ type: 'string', format: 'uuid' });
});

/** Every schema in a part of the document. */
function schemasIn(part: unknown): Record<string, unknown>[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'type' in part ? [{ ...part }] : [];
  return [...own, ...Object.values(part).flatMap(schemasIn)];
}

test('64-bit integers are strings and nothing else, in requests as in answers', () => {
  const longs = schemasIn(document).filter(({ format }) => format === 'int64' || format === 'uint64');
  expect(longs.length).toBeGreaterThan(3);
  for (const { type } of longs) expect(type).toBe('string');
});

test('answers require every message that the contract does not call optional', () => {
  const required = (name: string) => document.components.schemas[name]?.required ?? [];
  expect(required('GetOrderResponse')).toEqual(['order']);
  expect(required('Product')).toEqual(expect.arrayContaining(['price', 'createTime', 'updateTime']));
  expect(required('Wallet')).toEqual(['walletId', 'currencyCode', 'balance', 'held', 'available']);
  const optional = publicBindings
    .flatMap(({ method }) => messagesIn(method.output))
    .flatMap(({ name, fields }) =>
      fields
        .filter((field) => field.message !== undefined && !isAlwaysSent(field))
        .map((field) => `${name}.${field.name}`),
    );
  expect([...new Set(optional)].toSorted()).toEqual([
    'AuditEntry.amount',
    'Cart.total',
    'CartItem.current_unit_price',
    'CartItem.previous_unit_price',
    'Checkout.failure',
    'CheckoutStep.took',
    'Order.failure',
  ]);
});

/** A message and those in it. None of the contract contains itself. */
function messagesIn(desc: DescMessage): DescMessage[] {
  return [desc, ...desc.fields.flatMap(({ message }) => (message === undefined ? [] : messagesIn(message)))];
}

test('internal services have no REST routes', () => {
  expect(Object.keys(buildOpenApi([FundsService]).paths)).toEqual(['/.well-known/jwks.json', '/health']);
});

test('the document covers every service of the contract that is not internal', () => {
  const wanted = contractServices.filter((service) => !isInternalPackage(service));
  expect(contractServices.length).toBeGreaterThan(wanted.length);
  expect(publicServices.map(({ typeName }) => typeName).toSorted()).toEqual(
    wanted.map(({ typeName }) => typeName).toSorted(),
  );
});

test('the committed document is the one that is built', async () => {
  const committed = await readFile(join(import.meta.dirname, '../gen/openapi.json'), 'utf8');
  expect(JSON.parse(committed), 'npm run generate').toEqual(JSON.parse(JSON.stringify(document)));
});

test('an example of a whole body fits its schema', () => {
  const validator = createValidators(document);
  const withExample = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([verb, { requestBody }]) => {
      const example = requestBody?.content['application/json']?.example;
      const escaped = encodeURIComponent(path.replaceAll('/', '~1'));
      const pointer = `#/paths/${escaped}/${verb}/requestBody/content/application~1json/schema`;
      return example === undefined ? [] : [{ example, fits: validator(pointer) }];
    }),
  );
  expect(withExample).toHaveLength(2);
  for (const { example, fits } of withExample) expect(fits(example), JSON.stringify(example)).toBe(true);
});

test('a value for an example is found by a GET of the document', () => {
  const paths = Object.values(document['x-sources']).filter((source) => source !== '');
  expect(paths).not.toEqual([]);
  for (const path of paths) expect(document.paths[path.split('?', 1)[0] ?? ''], path).toHaveProperty('get');
});
