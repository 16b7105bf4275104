import {
  fromJson,
  ScalarType,
  toJson,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';
import { durationFromMs, DurationSchema } from '@bufbuild/protobuf/wkt';
import { createValidator } from '@bufbuild/protovalidate';
import { createConnectRouter } from '@connectrpc/connect';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Binding } from '../../../proto/openapi/bindings.ts';
import { publicServices } from '../../../proto/openapi/public-services.ts';
import { isAlwaysSent } from '../../../proto/openapi/schemas.ts';
import { createValidators, document, publicBindings } from '../../../proto/openapi/testing/document.ts';
import { findBadText } from '../interceptors/text.ts';
import { jsonOptions } from '../json/strict-router.ts';
import { applyHeaders } from '../transcoding/header-fields.ts';
import { messageJson } from '../transcoding/message-json.ts';
import { createRouteTable } from '../transcoding/routes.ts';

const validators = createValidators(document);
const rules = createValidator();
const uuid = '00000000-0000-4000-8000-000000000001';

function pointerTo({ path, verb }: Binding, ...rest: string[]): string {
  const escape = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#/${['paths', path, verb, ...rest].map(escape).join('/')}`;
}

const texts = fc.constantFrom(
  '',
  'x',
  'USD',
  'usd',
  uuid,
  `${uuid}0`,
  'a@example.com',
  '12345678',
  'ü'.repeat(300),
  'a\0b',
  '\t ',
  'https://example.com/lamp.jpg?size=2',
  'https://',
);
const numbers = fc.constantFrom(0, 1, -1, 1.5, 100, 101, 1_000_000, -1_000_001, 2 ** 31, 1_000_000_001);
// The server also takes numbers and null for these. The document does not say so (`leniency` below).
const longs = fc.constantFrom('0', '1', '-1', '100000000', '100000001', '100000000001', '1.5', 'x');
const durations = fc.constantFrom('0s', '7.5s', '8s', '8.000s', '8s*', '1.0000000000s', '8.1s', '9s', '-1s', '1');
const times = fc.constantFrom(
  '2026-01-01T00:00:00Z',
  '2026-01-01t00:00:00z',
  '2026-13-01T00:00:00Z',
  'now',
  '2026-01-01',
);
const neverRight = fc.constantFrom<JsonValue>(true, [], {}, [null], { x: 1 });
const wrong = fc.oneof(neverRight, fc.constant(null));

/** Values for a field: right ones, ones at the limits, and wrong ones. */
function candidates(field: DescField, omit: ReadonlySet<string>, prefix: string): Arbitrary<JsonValue> {
  switch (field.fieldKind) {
    case 'enum':
      return fc.oneof(fc.constantFrom(...field.enum.values.map(({ name }) => name)), fc.constantFrom('NONE', ''));
    case 'list':
      if (field.message === undefined) return fc.array(texts, { maxLength: 3 });
      return fc.array(messageCandidates(field.message, omit, `${prefix}${field.name}.`), { maxLength: 3 });
    case 'map':
      return fc.dictionary(fc.constantFrom('', 'color', 'x\0'), fc.oneof(texts, wrong), { maxKeys: 3 });
    case 'message':
      return messageCandidates(field.message, omit, `${prefix}${field.name}.`);
    case 'scalar':
      if (field.scalar === ScalarType.INT32) return numbers;
      if (field.scalar === ScalarType.INT64) return longs;
      return field.scalar === ScalarType.BOOL ? fc.boolean() : texts;
  }
}

function messageCandidates(desc: DescMessage, omit: ReadonlySet<string>, prefix: string): Arbitrary<JsonValue> {
  if (desc.typeName === 'google.protobuf.Duration') return durations;
  if (desc.typeName === 'google.protobuf.Timestamp') return times;
  if (desc.typeName === 'google.protobuf.FieldMask') {
    return fc.constantFrom('', '*', 'sku', 'sku,imageUrl', 'image_url', 'nonsense', 'a\0b', 'ü,');
  }
  return objectOf(desc, omit, prefix);
}

function partial(entries: readonly (readonly [string, Arbitrary<JsonValue>])[]): Arbitrary<JsonObject> {
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] }).map((value): JsonObject => {
    const copy: JsonObject = JSON.parse(JSON.stringify(value));
    return copy;
  });
}

function objectOf(desc: DescMessage, omit: ReadonlySet<string>, prefix = ''): Arbitrary<JsonValue> {
  const fields = desc.fields.filter(({ name }) => !omit.has(`${prefix}${name}`));
  const entries = fields.map((field): [string, Arbitrary<JsonValue>] => [
    field.jsonName,
    fc.oneof(
      { weight: 20, arbitrary: candidates(field, omit, prefix) },
      { weight: 1, arbitrary: field.scalar === ScalarType.INT64 ? neverRight : wrong },
    ),
  ]);
  return partial(entries);
}

const router = createConnectRouter();
for (const service of publicServices) router.service(service, {});
const { routes } = createRouteTable(router.handlers);

/** Whether the server accepts a body, if the path and the headers are right. */
function serverAccepts({ method, variables }: Binding, body: JsonValue): boolean {
  const route = routes.find((each) => each.method === method);
  if (route === undefined) throw new Error(`${method.name} has no route`);
  try {
    const message = messageJson(
      route,
      variables.map(() => uuid),
      new URLSearchParams(),
      body,
    );
    applyHeaders(route, message, { 'idempotency-key': uuid });
    const read = fromJson(method.input, message);
    return findBadText(method.input, read) === undefined && rules.validate(method.input, read).kind === 'valid';
  } catch {
    return false;
  }
}

function describesBody({ path, verb }: Binding): boolean {
  return document.paths[path]?.[verb]?.requestBody !== undefined;
}

const withBody = publicBindings.filter(({ hasBody }) => hasBody);

test.each(withBody.filter((each) => !describesBody(each)))(
  '$method.name needs no body, so none is described',
  (each) => {
    expect([serverAccepts(each, {}), serverAccepts(each, { x: 1 })]).toEqual([true, false]);
  },
);

describe.each(withBody.filter(describesBody))('a body of $method.name', (binding) => {
  test('fits the schema if and only if the server accepts it', () => {
    const validate = validators(pointerTo(binding, 'requestBody', 'content', 'application/json', 'schema'));
    const omit = new Set([...binding.variables, 'request_id']);
    fc.assert(
      fc.property(objectOf(binding.method.input, omit), (body) => {
        const fits = validate(body);
        expect(fits, `${JSON.stringify(body)} ${JSON.stringify(validate.errors)}`).toBe(serverAccepts(binding, body));
      }),
      { numRuns: 400 },
    );
  });
});

test('leniency: amounts are also taken as numbers, and null as none', () => {
  const topUp = publicBindings.find(({ method }) => method.name === 'TopUp');
  const checkout = publicBindings.find(({ method }) => method.name === 'StartCheckout');
  if (topUp === undefined || checkout === undefined) throw new Error('the contract has changed');
  for (const minorUnits of ['1999', 1999]) {
    expect(serverAccepts(topUp, { amount: { currencyCode: 'USD', minorUnits } })).toBe(true);
  }
  expect(serverAccepts(checkout, { expectedTotal: { currencyCode: 'USD', minorUnits: null } })).toBe(true);
});

/** Any message of a type, as the JSON that the server writes. Messages that are always sent are there. */
function anyMessage(desc: DescMessage): Arbitrary<JsonValue> {
  if (desc.typeName === 'google.protobuf.Timestamp') {
    return fc
      .date({ min: new Date(0), noInvalidDate: true, max: new Date('9999-12-31') })
      .map((date) => date.toISOString());
  }
  if (desc.typeName === 'google.protobuf.Duration') {
    return fc.integer({ min: 0, max: 10_000_000 }).map((ms) => toJson(DurationSchema, durationFromMs(ms)));
  }
  const entriesOf = (always: boolean) =>
    desc.fields
      .filter((field) => (field.fieldKind === 'message' && isAlwaysSent(field)) === always)
      .map((field): [string, Arbitrary<JsonValue>] => [field.jsonName, anyValue(field)]);
  return fc
    .tuple(partial(entriesOf(false)), fc.record(Object.fromEntries(entriesOf(true))))
    .map(([some, always]) => Object.assign(some, always));
}

function anyValue(field: DescField): Arbitrary<JsonValue> {
  switch (field.fieldKind) {
    case 'enum':
      return fc.constantFrom(...field.enum.values.map(({ name }) => name));
    case 'message':
      return anyMessage(field.message);
    case 'map':
      return fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
    case 'list':
      return fc.array(field.message === undefined ? fc.string() : anyMessage(field.message), {
        maxLength: 2,
      });
    case 'scalar':
      if (field.scalar === ScalarType.INT32) return fc.integer();
      if (field.scalar === ScalarType.INT64) return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
      return field.scalar === ScalarType.BOOL ? fc.boolean() : fc.string();
  }
}

describe.each(publicBindings)('an answer of $method.name', (binding) => {
  test('fits its schema, whatever the handler returns besides the messages that are always sent', () => {
    const validate = validators(pointerTo(binding, 'responses', '200', 'content', 'application/json', 'schema'));
    const { output } = binding.method;
    const check = (answer: JsonValue) => {
      expect(validate(answer), `${JSON.stringify(answer)} ${JSON.stringify(validate.errors)}`).toBe(true);
    };
    fc.assert(
      fc.property(anyMessage(output), (json) => check(toJson(output, fromJson(output, json), jsonOptions))),
      { numRuns: 50 },
    );
  });
});
