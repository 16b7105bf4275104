import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { connectJsonDriver } from './drivers/connect-json.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, stranger } from './shop.ts';

// The launcher's database has the locale C, which knows no letter outside of ASCII.
test.each([
  ['Ørsted “Deluxe” Mug', 'ørsted', 'deluxe', 'Ørsted “Deluxe” Mug'],
  ['Смартфон', 'смартфон', 'СМАРТФОН'],
  ['ΟΔΟΣ', 'οδός', 'ΟΔΟΣ'],
  ['Coca–Cola', 'coca-cola', 'cocacola'],
  ['ゲーム機', 'ゲーム', 'ゲーム機'],
  ['हिन्दी', 'हिन्दी'],
  ['C++ T-Shirt', 'c++ tshirt'],
])('a customer finds %s over REST and Connect', async (name, ...queries) => {
  const shopkeeper = await admin(restDriver());
  const mark = randomUUID().slice(0, 8);
  const product = await shopkeeper.createProduct({ priceMinor: 100, pieces: 1, name: `${name} ${mark}` });
  for (const driver of [restDriver(), connectJsonDriver()]) {
    for (const query of queries) {
      const found = await stranger(driver).products({ query: `${query} ${mark}` });
      expect(found, `${driver.name}: ${query}`).toMatchObject([{ productId: product.productId }]);
    }
  }
});
