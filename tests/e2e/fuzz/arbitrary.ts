import { create, ScalarType, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf';
import fc, { type Arbitrary } from 'fast-check';

const nasty = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'a\0b',
  '\u202E\u0000\uFEFF',
  '💥👩‍👩‍👧‍👦 Ünïcödé 日本語 ﷽',
  "'; drop table products.products; --",
  "' or 1=1 --",
  '$1 ${x} {{x}} %s %n %00',
  '../../../../etc/passwd',
  '<script>alert(1)</script>',
  'x'.repeat(10_001),
  '\uD7FF\uE000\u{10FFFF}',
  'WyJ4IiwieSIsInoiXQ',
  'eyJhbGciOiJub25lIn0.e30.',
  'javascript:alert(1)',
];
const fitting = ['USD', 'EUR', 'books', 'price desc', 'relevance', 'name', 'someone@example.com', 'long enough'];
const paths = ['name', 'sku', 'price', '*', 'available_quantity', 'price.minor_units', 'constructor', '__proto__'];

export interface Pool {
  /** Ids, tokens and words that exist in the platform under test. */
  readonly known: readonly string[];
}

function text({ known }: Pool): Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known, ...known, ...fitting) },
    { weight: 2, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: fc.constantFrom(...nasty, ...paths) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  );
}

const least32 = -(2 ** 31);
const small = fc.constantFrom(0, 1, 2, -1, 50, 100, 101, 201, 1_000_000, 2 ** 31 - 1, least32);
const int32 = fc.oneof(small, fc.integer());
const max64 = 2n ** 63n - 1n;
const int64 = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 100n, 100_000_000n, 100_000_000_001n, 2n ** 53n + 1n, max64, -max64 - 1n),
  fc.bigInt({ min: -max64 - 1n, max: max64 }),
);

const signed32 = new Set([ScalarType.INT32, ScalarType.SINT32, ScalarType.SFIXED32]);
const signed64 = new Set([ScalarType.INT64, ScalarType.SINT64, ScalarType.SFIXED64]);

function scalar(type: ScalarType, pool: Pool): Arbitrary<unknown> {
  if (type === ScalarType.STRING) return text(pool);
  if (type === ScalarType.BOOL) return fc.boolean();
  if (type === ScalarType.BYTES) return fc.uint8Array({ maxLength: 100 });
  if (signed32.has(type)) return int32;
  if (signed64.has(type)) return int64;
  if (type === ScalarType.DOUBLE || type === ScalarType.FLOAT) return fc.double();
  throw new Error(`the fuzz has no values for the type ${ScalarType[type]}: add them in tests/e2e/fuzz/arbitrary.ts`);
}

interface Element {
  readonly scalar?: ScalarType | undefined;
  readonly enum?: { readonly values: readonly { readonly number: number }[] } | undefined;
  readonly message?: DescMessage | undefined;
}

function element({ scalar: type, enum: desc, message }: Element, pool: Pool): Arbitrary<unknown> {
  if (message !== undefined) return messageOf(message, pool);
  if (desc !== undefined) return fc.oneof(fc.constantFrom(...desc.values.map(({ number }) => number)), int32);
  return type === undefined ? fc.constant(undefined) : scalar(type, pool);
}

function field(desc: DescField, pool: Pool): Arbitrary<unknown> {
  switch (desc.fieldKind) {
    case 'list':
      return fc.oneof(
        { weight: 5, arbitrary: fc.array(element(desc, pool), { maxLength: 4 }) },
        { weight: 1, arbitrary: element(desc, pool).map((each) => Array.from({ length: 101 }, () => each)) },
      );
    case 'map':
      return fc.dictionary(fc.oneof(fc.constantFrom('color', '', '__proto__'), text(pool)), element(desc, pool), {
        maxKeys: 4,
      });
    case 'enum':
    case 'scalar':
    case 'message':
      return element(desc, pool);
  }
}

/**
 * Random messages: valid ones, ones at the limits, and ones with values that no client should send. Most have all fields;
 * a third have random fields left out.
 */
export function messageOf(desc: DescMessage, pool: Pool): Arbitrary<Message> {
  const fields = desc.fields.map((each) => [each.localName, field(each, pool)] as const);
  const init = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const full = fc.record(Object.fromEntries(fields));
  return fc.oneof({ weight: 2, arbitrary: full }, { weight: 1, arbitrary: init }).map((value) => create(desc, value));
}
