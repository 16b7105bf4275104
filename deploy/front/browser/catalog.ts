/** The products of the shop, page by page, and a search among them. */
import { formatMoney } from '../../../proto/money.ts';
import type { Product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { act } from './act.ts';
import { products } from './api.ts';
import { addToCart } from './cart.ts';
import { cell, find } from './dom.ts';
import { createPagedList } from './paged-list.ts';
import { addressOf, type Place } from './place.ts';

const pageSize = 12;
const search = find('search', HTMLFormElement);
const field = search.elements.namedItem('query');

function tileOf({ productId, name, category, price, availableQuantity }: Product): HTMLLIElement {
  const tile = document.createElement('li');
  const sum = price === undefined ? '' : formatMoney(price);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Add';
  button.setAttribute('aria-label', `Add: ${name}, ${sum}`);
  button.addEventListener('click', () => act(() => addToCart(productId, name)));
  const about = `${category}${availableQuantity < 10 ? `, ${availableQuantity} left` : ''}`;
  tile.dataset['productId'] = productId;
  tile.append(cell(name, 'name'), cell(about, 'quiet'), cell(sum, 'sum'), button);
  return tile;
}

const list = createPagedList<Product>({
  id: 'products',
  nouns: ['product', 'products'],
  none: 'Nothing found.',
  keyOf: ({ productId }) => productId,
  rowOf: tileOf,
});

export function enterShop({ filters: { query = '' } }: Place): void {
  // Whoever comes back finds as many pages as before, and what stands in the field already.
  if (list.isShowing(query)) return;
  if (field instanceof HTMLInputElement) field.value = query;
  act(() =>
    list.show(query, async (pageToken) => {
      const page = await products.listProducts({ query, inStock: true, pageSize, pageToken });
      return { items: page.products, nextPageToken: page.nextPageToken };
    }),
  );
}

export function clearCatalog(): void {
  list.clear();
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const query = String(new FormData(search).get('query')).trim();
  const address = addressOf('shop', '', { query });
  // The same search again is a new look.
  list.clear();
  if (location.hash === address) enterShop({ name: 'shop', id: '', filters: { query } });
  else location.hash = address;
});
