import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListProductsRequest } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { createProductsSuite, refusal, type ProductsSuite, usd } from '../testing/suite.ts';

let app: ProductsSuite;
beforeAll(async () => {
  app = await createProductsSuite();
});
afterAll(() => app.database.close());

async function names(request: Omit<Partial<ListProductsRequest>, '$typeName'>): Promise<string[]> {
  return (await app.products.listProducts(request)).products.map((product) => product.name);
}

/** The names on all pages. `between` runs after the first page. */
async function allNames(request: Omit<Partial<ListProductsRequest>, '$typeName'>, between?: () => Promise<unknown>) {
  const found: string[] = [];
  let pageToken = '';
  do {
    const page = await app.products.listProducts({ ...request, pageToken });
    found.push(...page.products.map((product) => product.name));
    if (pageToken === '') await between?.();
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return found;
}

/** Texts with many letters, marks, hyphens and signs of many scripts. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        ...Array.from('aÅß1+#-_.’& \u200b\u0301\u064e\u093e\u0e31\u0e49\u3099東ゲはกคΣςİı½ﬁ한,/()\'"\\:*|!~\ue000'),
      ),
      maxLength: 200,
    }),
  )
  .map((text) => text.replaceAll('\0', ''));

describe('search', () => {
  test('finds products that have all words as beginnings of words, in any field, the best match first', async () => {
    const category = randomUUID();
    await app.addProduct({ category, name: 'Cup', description: 'Goes with the espresso machine' });
    await app.addProduct({ category, name: 'Espresso machine' });
    await app.addProduct({ category, name: 'Washing machine' });
    expect(await names({ category, query: 'machi espr' })).toEqual(['Espresso machine', 'Cup']);
    expect(await names({ category, query: 'coffee' })).toEqual([]);
  });

  test('ignores case, accents and punctuation, and finds a SKU by its parts', async () => {
    const category = randomUUID();
    await app.addProduct({ category, name: 'Café-au-lait bowl', sku: `AB-${category.slice(0, 8)}-77x` });
    for (const query of ['CAFE', 'café', 'au lait', 'Café-au-lait', '77x', category.slice(0, 8), 'bowl ab']) {
      expect(await names({ category, query }), query).toEqual(['Café-au-lait bowl']);
    }
  });

  test.each([
    ['ゲーム機', 'ゲーム', 'ーム機', 'ｹﾞｰﾑ'],
    ['हिन्दी किताब', 'हिन्दी', 'किता'],
    ['เสื้อชั้นใน', 'ชั้น', 'เสื้อ'],
    ['شَدَّة', 'شدة', 'شَدّة'],
    ['שָׁלוֹם', 'שלום'],
    ['ΟΔΟΣ Σίσυφος', 'οδος', 'ΟΔΌΣ', 'σισυφοσ'],
    ['Ørsted lamp', 'ørsted', 'ØRSTED', 'orsted'],
    ['Смартфон Ёлка', 'смартфон', 'ЁЛКА', 'елка'],
    ['Coca–Cola', 'coca-cola', 'Coca Cola', 'cocacola', 'cola'],
    ['“Deluxe” Mug', 'deluxe', '"Deluxe"'],
    ['Wire\u00adless head\u200bphones', 'wireless', 'headphones', 'wire\u00adless'],
    ['T-Shirt', 'tshirt', 't-shirt', 'T‑shirt', 't shirt'],
    ['Tshirts', 't-shirt', 'tshirt'],
    ['Wi-Fi 6', 'wifi', 'WI-FI', 'wi fi'],
    ['Straße nach İstanbul', 'STRASSE', 'istanbul', 'İSTANBUL'],
    ["O’Neill's", 'oneill', "o'neill", 'neill'],
    ['C++ Primer', 'C++', 'c++ prim', 'c'],
    ['Node.js', 'nodejs', 'node'],
    ['東京タワー', '京タ', '東京', 'タワー'],
    ['ﬁne ½ ２番', 'fine', '2番'],
    ['한국어 책', '한국', '책'],
    ['Ö', 'o\u0308', 'ö'],
  ])('finds %s by itself and by what people write for it', async (name, ...queries) => {
    const category = randomUUID();
    await app.addProduct({ category, name });
    for (const query of [name, name.toLowerCase(), name.toUpperCase(), name.normalize('NFD'), ...queries]) {
      expect(await names({ category, query }), query).toEqual([name]);
    }
  });

  test('does not find one thing for another', async () => {
    const category = randomUUID();
    for (const name of ['C#', 'C++', 'Cpp', 'はさみ', 'ばさみ', 'คา', 'ค่า']) await app.addProduct({ category, name });
    for (const [query, found] of [
      ['C++', ['C++']],
      ['c#', ['C#']],
      ['は', ['はさみ']],
      ['คา', ['คา']],
      ['ค่า', ['ค่า']],
      ['さは', []],
    ] as const) {
      expect(await names({ category, query }), query).toEqual(found);
    }
  });

  test('shows the product first whose SKU is asked for', async () => {
    const [category, sku] = [randomUUID(), `AB-${randomUUID()}`];
    await app.addProduct({ category, name: `${sku} ${sku}`, sku: `${sku}-x` });
    await app.addProduct({ category, name: 'Wanted', sku });
    await app.addProduct({ category, name: `${sku} ${sku}`, description: sku, sku: `${sku}-y` });
    for (const query of [sku, sku.toLowerCase(), ` ${sku}\u00a0`]) {
      expect((await names({ category, query }))[0], query).toBe('Wanted');
      expect((await allNames({ category, query, pageSize: 1 }))[0], query).toBe('Wanted');
      expect(await allNames({ category, query, pageSize: 1 })).toHaveLength(3);
    }
  });

  test('finds every product by its own name, unless that has no letter and no digit', async () => {
    const { db } = app.database;
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 20, maxLength: 20 }), async (texts) => {
        const { rows } = await db.execute(sql`
          select text from unnest(${sql.param(texts)}::text[]) as text
          where not products.search_vector(text, 'A') @@ products.search_query(text)`);
        expect(rows).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('accepts any text without an error', async () => {
    for (const query of [
      "'; drop table products.products; --",
      'a & | ! ( ) :* <->',
      '%_\\',
      "'",
      '𝒳 日本語 🙂',
      '-',
      '""',
    ]) {
      expect(await refusal(app.products.listProducts({ query })), query).toBe('ok');
      expect(await names({ category: query }), query).toEqual([]);
    }
    expect(await names({ query: '!!!' })).toEqual([]);
  });
});

describe('filters', () => {
  test('by price bounds in their currency, by stock and by category', async () => {
    const category = randomUUID();
    const add = (name: string, priceMinor: bigint, availableQuantity = 1) =>
      app.addProduct({ category, name, priceMinor, availableQuantity });
    await add('a', 100n);
    await add('b', 200n);
    await add('c', 300n, 0);
    const orderBy = 'price';
    expect(await names({ category, orderBy })).toEqual(['a', 'b', 'c']);
    expect(await names({ category, orderBy, minPrice: usd(200n) as never })).toEqual(['b', 'c']);
    expect(await names({ category, orderBy, maxPrice: usd(200n) as never })).toEqual(['a', 'b']);
    expect(await names({ category, orderBy, inStock: true })).toEqual(['a', 'b']);
    expect(await names({ category, minPrice: { currencyCode: 'EUR', minorUnits: 1n } as never })).toEqual([]);
    const mixed = app.products.listProducts({ minPrice: usd(1n), maxPrice: { currencyCode: 'EUR', minorUnits: 9n } });
    expect(await refusal(mixed)).toBe('invalid_argument CURRENCY_MISMATCH');
  });

  test('by price bounds without a currency apply to each product in its own currency', async () => {
    const category = randomUUID();
    const eur = { currencyCode: 'EUR', minorUnits: 150n };
    await app.addProduct({ category, name: 'a', priceMinor: 100n });
    await app.addProduct({ category, name: 'c', priceMinor: 200n });
    const product = { sku: randomUUID(), name: 'b', category, price: eur };
    await app.products.createProduct({ product, requestId: randomUUID() });
    const list = async (minPrice: object, maxPrice?: object) =>
      names({ category, orderBy: 'price', minPrice: minPrice as never, maxPrice: maxPrice as never });
    expect(await list({ minorUnits: 150n })).toEqual(['b', 'c']);
    expect(await list({ minorUnits: 100n }, { minorUnits: 150n })).toEqual(['a', 'b']);
    expect(await list({ minorUnits: 100n }, eur)).toEqual(['b']);
    expect(await list({ currencyCode: 'USD' })).toEqual(['a', 'c']);
    expect(await list({}, { currencyCode: 'EUR' })).toEqual(['b']);
    expect(await list({ minorUnits: 150n }, { currencyCode: 'USD' })).toEqual(['c']);
    expect(await list({}, {})).toEqual(['a', 'b', 'c']);
    for (const currencyCode of ['usd', 'US', 'DOLLAR']) {
      const call = app.products.listProducts({ minPrice: { currencyCode, minorUnits: 1n } });
      expect(await refusal(call)).toBe('invalid_argument VALIDATION_FAILED');
    }
    for (const currencyCode of ['UDS', 'XXX', 'HRK']) {
      const bound = { currencyCode, minorUnits: 1n };
      for (const bounds of [{ minPrice: bound }, { maxPrice: bound }]) {
        expect(await refusal(app.products.listProducts(bounds))).toBe('invalid_argument INVALID_CURRENCY');
      }
    }
  });
});

describe('pages', () => {
  test.each(['price', 'price desc', 'name', 'name desc', 'create_time', 'create_time desc', 'relevance', ''])(
    'sorted by "%s" neither skip nor repeat, also with ties and with products added meanwhile',
    async (orderBy) => {
      const category = randomUUID();
      const expected = Array.from({ length: 11 }, (_, index) => `Item ${index % 4} ${index}`);
      for (const [index, name] of expected.entries()) {
        await app.addProduct({ category, name, priceMinor: BigInt(100 + (index % 3)) });
      }
      const found = await allNames({ category, orderBy, query: 'item', pageSize: 3 }, () =>
        app.addProduct({ category, name: 'Item new', priceMinor: 101n }),
      );
      expect(found.filter((name) => name !== 'Item new').sort()).toEqual(expected.sort());
    },
  );

  test.each(['😀', '\u0001', 'İ', '"'])('have tokens that can carry the longest names, here of %j', async (letter) => {
    const category = randomUUID();
    const longest = ['a', 'b', 'c'].map((end) => `${letter.repeat(199)}${end}`);
    for (const name of longest) await app.addProduct({ category, name });
    expect(await allNames({ category, orderBy: 'name', pageSize: 1 })).toEqual(longest);
  });

  test('neither skip nor repeat while others write all the time', async () => {
    const category = randomUUID();
    const before = Array.from({ length: 30 }, (_, index) => `Old ${index}`);
    await Promise.all(
      before.map((name, index) => app.addProduct({ category, name, priceMinor: BigInt(index % 5) + 1n })),
    );
    for (const orderBy of ['create_time desc', 'create_time', 'price', 'name desc']) {
      const walk = { over: false };
      const writers = Array.from({ length: 3 }, async (_, writer) => {
        for (let count = 0; !walk.over; count++) {
          await app.addProduct({
            category,
            name: `New ${orderBy} ${writer} ${count}`,
            priceMinor: BigInt(count % 5) + 1n,
          });
        }
      });
      // Writers may add products faster than the reader reads, so the walk ends when it has seen all old products.
      const found: string[] = [];
      let pageToken = '';
      do {
        const page = await app.products.listProducts({ category, orderBy, pageSize: 7, pageToken });
        found.push(...page.products.map((product) => product.name));
        pageToken = page.nextPageToken;
      } while (pageToken !== '' && before.some((name) => !found.includes(name)));
      walk.over = true;
      await Promise.all(writers);
      expect(new Set(found).size, orderBy).toBe(found.length);
      expect(found.filter((name) => name.startsWith('Old')).sort(), orderBy).toEqual(before.toSorted());
    }
  });

  test('are sorted', async () => {
    const category = randomUUID();
    for (const [name, priceMinor] of [
      ['b', 2n],
      ['C', 1n],
      ['a', 3n],
    ] as const) {
      await app.addProduct({ category, name, priceMinor });
    }
    expect(await names({ category, orderBy: 'price' })).toEqual(['C', 'b', 'a']);
    expect(await names({ category, orderBy: 'price desc' })).toEqual(['a', 'b', 'C']);
    expect(await names({ category, orderBy: 'name' })).toEqual(['a', 'b', 'C']);
    expect(await names({ category, orderBy: 'create_time asc' })).toEqual(['b', 'C', 'a']);
    for (const name of ['Ähre', 'ä', 'Zebra', 'österreich', 'Яблоко', '10', '日'])
      await app.addProduct({ category, name });
    const sorted = ['10', 'a', 'ä', 'Ähre', 'b', 'C', 'österreich', 'Zebra', 'Яблоко', '日'];
    expect(await allNames({ category, orderBy: 'name', pageSize: 1 })).toEqual(sorted);
    expect(await allNames({ category, orderBy: 'name desc', pageSize: 1 })).toEqual(sorted.toReversed());
    expect((await names({ category })).slice(-3)).toEqual(['a', 'C', 'b']);
  });

  test('hold 50 products by default, and 200 at most', async () => {
    const category = randomUUID();
    await Promise.all(Array.from({ length: 201 }, () => app.addProduct({ category })));
    expect(await names({ category })).toHaveLength(50);
    expect(await names({ category, pageSize: 1000 })).toHaveLength(200);
    expect(await allNames({ category, pageSize: 100 })).toHaveLength(201);
  });

  test('refuse a token that was forged or belongs to another list', async () => {
    const category = randomUUID();
    await Promise.all([app.addProduct({ category }), app.addProduct({ category })]);
    const { nextPageToken } = await app.products.listProducts({ category, pageSize: 1 });
    expect(nextPageToken).not.toBe('');
    const forged = Buffer.from('["x","y","z"]').toString('base64url');
    const requests = [
      { pageToken: nextPageToken },
      { category, orderBy: 'price', pageToken: nextPageToken },
      { category, pageToken: `${nextPageToken}x` },
      { category, pageToken: 'nonsense' },
      { category, pageToken: forged },
    ];
    for (const request of requests) {
      expect(await refusal(app.products.listProducts(request))).toBe('invalid_argument PAGE_TOKEN_INVALID');
    }
  });
});
