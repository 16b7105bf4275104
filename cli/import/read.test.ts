import { ScalarType } from '@bufbuild/protobuf';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ProductSchema } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { readCsv } from './csv.ts';
import { readJsonLines } from './jsonl.ts';
import type { ReadLine } from './row.ts';

/** A file that is read in pieces of `size` bytes, so that a piece may end within a character. */
function file(content: string | Uint8Array, size = 7): Readable {
  const bytes = Buffer.from(content);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(pieces, { objectMode: false });
}

const csv = (content: string | Uint8Array) => Array.fromAsync(readCsv(file(content), { currency: 'USD' }));
const jsonl = (content: string | Uint8Array) => Array.fromAsync(readJsonLines(file(content)));

/** `line ok` for each line that was read, and `line field reason` for each refusal. */
function seen(lines: readonly ReadLine[]): string[] {
  return lines.flatMap((line) =>
    'row' in line ? [`${line.line} ok`] : line.refusals.map((each) => `${each.line} ${each.field} ${each.reason}`),
  );
}

const rows = (lines: readonly ReadLine[]) => lines.flatMap((line) => ('row' in line ? [line.row] : []));

describe('CSV', () => {
  test('reads columns in any order, quotes, both line ends and a byte order mark', async () => {
    const text =
      '\uFEFFname,sku,price,attributes.color,attributes.size,available_quantity\r\n' +
      '"Café ""Lux"", big",A-1,19.9,red,,7\r\n\r\n' +
      '"two\r\nlines",A-2,,,,\r\n';
    const lines = await csv(text);
    expect(seen(lines)).toEqual(['2 ok', '4 ok']);
    const paths = ['sku', 'name', 'price', 'attributes', 'available_quantity'];
    expect(rows(lines)).toEqual([
      {
        product: {
          sku: 'A-1',
          name: 'Café "Lux", big',
          price: { currencyCode: 'USD', minorUnits: 1990n },
          attributes: { color: 'red', size: '' },
          availableQuantity: 7,
        },
        updateMask: { paths },
        mergeAttributes: true,
      },
      {
        product: { sku: 'A-2', name: 'two\nlines', attributes: { color: '', size: '' } },
        updateMask: { paths: ['sku', 'name', 'attributes'] },
        mergeAttributes: true,
      },
    ]);
  });

  test('has a column for every text field of a product that the service does not set', async () => {
    const given = new Set(['product_id', 'etag']);
    const texts = ProductSchema.fields.filter(({ name, scalar, fieldKind }) => {
      return fieldKind === 'scalar' && scalar === ScalarType.STRING && !given.has(name);
    });
    const lines = await csv([texts, texts].map((each) => each.map(({ name }) => name).join(',')).join('\n'));
    const product = Object.fromEntries(texts.map(({ name, localName }) => [localName, name]));
    expect(rows(lines).map((row) => row.product)).toMatchObject([product]);
  });

  test('refuses a price that no product can have, and names the largest', async () => {
    const lines = await csv('sku,price\nx,1000000000\nx,1000000000.01\nx,999999999999999999\n');
    expect(rows(lines).map(({ product }) => product?.price?.minorUnits)).toEqual([100_000_000_000n]);
    const message = 'must be a number such as 19.99 with at most 2 decimals, and at most 1000000000.00 USD';
    expect(lines.flatMap((line) => ('refusals' in line ? line.refusals : []))).toMatchObject([
      { message },
      { message },
    ]);
  });

  test('reads prices exactly, with the decimals of their currency', async () => {
    const prices = [
      '0.10,USD',
      '1,JPY',
      '1.5,KWD',
      '999999999.99,',
      '1.5,JPY',
      '1.999,USD',
      '-1,USD',
      '1e3,USD',
      '1,usd',
      '1000.00,JPY',
      '34.0000,USD',
      '34.0001,USD',
      '1000.,JPY',
    ];
    const lines = await csv(`sku,price,currency\n${prices.map((price) => `x,${price}`).join('\n')}`);
    expect(rows(lines).map(({ product }) => product?.price)).toEqual([
      { currencyCode: 'USD', minorUnits: 10n },
      { currencyCode: 'JPY', minorUnits: 1n },
      { currencyCode: 'KWD', minorUnits: 1500n },
      { currencyCode: 'USD', minorUnits: 99_999_999_999n },
      { currencyCode: 'JPY', minorUnits: 1000n },
      { currencyCode: 'USD', minorUnits: 3400n },
    ]);
    expect(seen(lines).filter((line) => !line.endsWith('ok'))).toEqual([
      '6 price MALFORMED_CELL',
      '7 price MALFORMED_CELL',
      '8 price MALFORMED_CELL',
      '9 price MALFORMED_CELL',
      '10 currency MALFORMED_CELL',
      '13 price MALFORMED_CELL',
      '14 price MALFORMED_CELL',
    ]);
  });

  test('takes decimals and codes from ISO 4217', async () => {
    const prices = ['19.99,HUF', '19.99,COP', '1.999,IQD', '1.999,HUF', '1,UDS', '1,XXX'];
    const lines = await csv(`sku,price,currency\n${prices.map((price) => `x,${price}`).join('\n')}`);
    const minor = rows(lines).map(({ product }) => product?.price?.minorUnits);
    expect(minor).toEqual([1999n, 1999n, 1999n]);
    expect(seen(lines).slice(3)).toEqual([
      '5 price MALFORMED_CELL',
      '6 currency MALFORMED_CELL',
      '7 currency MALFORMED_CELL',
    ]);
  });

  test('refuses malformed lines with number and column, and goes on', async () => {
    const text = 'sku,name,available_quantity\na,b\nc,d,-1\ne,f,1.5\ng,h\0,1\ni,j,2\n';
    expect(seen(await csv(text))).toEqual([
      '2  MALFORMED_LINE',
      '3 available_quantity MALFORMED_CELL',
      '4 available_quantity MALFORMED_CELL',
      '5 name MALFORMED_TEXT',
      '6 ok',
    ]);
    const latin1 = Buffer.from('sku,name\na,Caf\xE9\nb,ok\n', 'latin1');
    expect(seen(await csv(latin1))).toEqual(['2 name MALFORMED_TEXT', '3 ok']);
  });

  test('refuses a line with a stray quote, and stops at a quote that is never closed', async () => {
    expect(seen(await csv('sku,name\na,b\nc,5" pipe\ne,f\n'))).toEqual(['2 ok', '3  MALFORMED_LINE', '4 ok']);
    const open = (lines: number) => csv(`sku,name\na,b\nc,"d\n${'e,f\n'.repeat(lines)}`);
    expect(seen(await open(10))).toEqual(['2 ok', '3  MALFORMED_FILE']);
    expect(seen(await open(300_000))).toEqual(['2 ok', '3  MALFORMED_FILE']);
  });

  test.each([
    ['an inch mark within quotes', '"27" monitor"'],
    ['a quote after a backslash', String.raw`"5\" pipe"`],
    ['a letter after the closing quote', '"5"x'],
    ['a text after the closing quote and a space', '"a" b'],
    ['two quotes in a cell without quotes', '5" by 7"'],
    ['an opening quote in a cell without quotes', 'a"b'],
  ])('refuses a line with %s once, and reads every other line', async (_, cell) => {
    const good = (line: number) => `s${line},"two\nlines"\nt${line},"x"\n`;
    const blocks = Array.from({ length: 20 }, (_, index) => `${good(index)}bad,${cell}\n`);
    const text = `sku,name\n${blocks.join('')}last,${cell}\nend,x`;
    const expected = blocks.flatMap((_, index) => {
      const line = 2 + index * 4;
      return [`${line} ok`, `${line + 2} ok`, `${line + 3}  MALFORMED_LINE`];
    });
    for (const size of [1, 7, 64 * 1024]) {
      for (const end of ['\n', '\r\n', '\r']) {
        const read = await Array.fromAsync(readCsv(file(text.replaceAll('\n', end), size), { currency: 'USD' }));
        expect(seen(read)).toEqual([...expected, '82  MALFORMED_LINE', '83 ok']);
      }
    }
  });

  test('with the line ends of old Macs is read, also with semicolons', async () => {
    const lines = await csv('sku;name\ra;"Lamp, big"\r\rb;"two\nlines"\rc;x\r');
    expect(seen(lines)).toEqual(['2 ok', '4 ok', '6 ok']);
    expect(rows(lines)[0]?.product).toEqual({ sku: 'a', name: 'Lamp, big' });
  });

  test('stops at a record that is too long', async () => {
    const [read, refused] = await csv(`sku,name\na,b\nc,${'x'.repeat(600_000)}\ne,f\n`);
    expect(seen(read === undefined ? [] : [read])).toEqual(['2 ok']);
    expect(refused).toMatchObject({
      refusals: [{ reason: 'MALFORMED_FILE', message: expect.stringMatching(/^a record is longer than 524288 bytes/) }],
    });
  });

  test('reads what spreadsheets write: capital headers, empty cells at the end, zeros, semicolons, tabs', async () => {
    const lamp = { sku: 'A-1', name: 'Lamp', imageUrl: 'x', availableQuantity: 7, attributes: { Color: '' } };
    for (const text of [
      'SKU,Name,Image URL,Available_Quantity,Attributes.Color,,\nA-1,Lamp,x,7.0,,,\n,,,,,,\n,,\n',
      ' sku , NAME,imageUrl,availableQuantity,ATTRIBUTES. Color \nA-1,Lamp,x,7,,,\n',
      '\n ; ;\nsku;name;image_url;available_quantity;attributes.Color\n"A-1";Lamp;x;7;\n',
      'sku\tname\timage_url\tavailable_quantity\tattributes.Color\nA-1\tLamp\tx\t7\t\n',
    ]) {
      expect(rows(await csv(text)).map(({ product }) => product)).toEqual([lamp]);
    }
    expect(seen(await csv('sku,name,,\na,b,,c\nd,e,,\n'))).toEqual(['2  MALFORMED_LINE', '3 ok']);
    expect(rows(await csv('sku\tname\tcategory\nA\t\tb c\n'))[0]?.product).toEqual({
      sku: 'A',
      name: '',
      category: 'b c',
    });
  });

  test.each(['utf-16le', 'utf-16be'])('in %s is read, with and without a byte order mark', async (encoding) => {
    for (const mark of ['\uFEFF', '']) {
      const bytes = Buffer.from(`${mark}sku,name\na,Ærø 🙂\n`, 'utf16le');
      const lines = await csv(encoding === 'utf-16be' ? bytes.swap16() : bytes);
      expect(rows(lines).map(({ product }) => product)).toEqual([{ sku: 'a', name: 'Ærø 🙂' }]);
    }
    const json = Buffer.from('\uFEFF{"sku":"Ærø"}\n', 'utf16le');
    expect(rows(await jsonl(encoding === 'utf-16be' ? json.swap16() : json))).toMatchObject([
      { product: { sku: 'Ærø' } },
    ]);
    await expect(csv(Buffer.from([0xff, 0xfe, 0, 0, 0x73, 0, 0, 0]))).rejects.toThrow('UTF-32');
  });

  test.each(['', '\n', ' \n\r\n\t\n', '\uFEFF', ',,,\n,,,\n'])(
    'that is empty or blank is refused: %j',
    async (text) => {
      await expect(csv(text)).rejects.toThrow('the file is empty');
      await expect(jsonl(text.replaceAll(',', ''))).rejects.toThrow('the file is empty');
    },
  );

  test('with a header alone has no rows', async () => {
    expect(await csv('sku,name\n')).toEqual([]);
  });

  test.each([
    ['name,price', 'there is no column sku'],
    ['sku,colour', 'unknown column "colour"'],
    ['sku,name,name', 'exists twice'],
    ['sku,5" name', 'line 1, which must name the columns: '],
  ])('with the header %s is refused as a whole', async (header, message) => {
    await expect(csv(`${header}\na,b,c\n`)).rejects.toThrow(message);
  });
});

describe('JSON lines', () => {
  test('are products in the API’s format, of which the given fields are set', async () => {
    const answered = {
      productId: '00000000-0000-4000-8000-000000000001',
      sku: 'A-1',
      price: { currencyCode: 'USD', minorUnits: '1999' },
      etag: 'v1',
      createTime: '2026-01-01T00:00:00Z',
    };
    const lines = await jsonl(`${JSON.stringify(answered)}\r\n\n{"sku":"Ä-2","image_url":"","attributes":{"a":"b"}}`);
    expect(seen(lines)).toEqual(['1 ok', '3 ok']);
    expect(rows(lines)).toMatchObject([
      { product: { sku: 'A-1', productId: '', price: { minorUnits: 1999n } }, updateMask: { paths: ['sku', 'price'] } },
      { product: { sku: 'Ä-2' }, updateMask: { paths: ['sku', 'image_url', 'attributes'] } },
    ]);
  });

  test('that are malformed are refused with their number, and the others are read', async () => {
    const lines = await jsonl(
      [
        '{"sku":',
        '[]',
        'null',
        '{"sku":"a","colour":"red"}',
        '{"sku":"a","price":{"minorUnits":"1.5"}}',
        '{"sku":"a\\u0000"}',
        '{"sku":"a","attributes":{"\\ud800":"b"}}',
        `{"sku":"${'x'.repeat(600_000)}"}`,
        '{"sku":"b"}',
      ].join('\n'),
    );
    expect(seen(lines)).toEqual([
      '1  MALFORMED_LINE',
      '2  MALFORMED_LINE',
      '3  MALFORMED_LINE',
      '4 colour UNKNOWN_FIELD',
      '5  MALFORMED_LINE',
      '6 sku MALFORMED_TEXT',
      '7 attributes MALFORMED_TEXT',
      '8  MALFORMED_LINE',
      '9 ok',
    ]);
  });
});
