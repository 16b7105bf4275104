import type { Client } from '@connectrpc/connect';
import type { Product } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import type { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { isUuid } from './arguments.ts';
import { notFoundError, usageError } from './exit.ts';

type Catalog = Pick<Client<typeof ProductService>, 'listProducts'>;

/** As long as a search may be. The words of a longer name are cut; the name itself is compared whole. */
const longestQuery = 200;

/**
 * The id of a product. @param which its id, its exact name, or its SKU
 * @throws CliError NOT_FOUND, and USAGE with the ids if several have the name
 */
export async function productIdOf(catalog: Catalog, which: string): Promise<string> {
  if (isUuid(which)) return which.toLowerCase();
  const { products } = await catalog.listProducts({ query: which.slice(0, longestQuery), pageSize: 200 });
  const found = products.filter(({ name, sku }) => name === which || sku === which);
  const [only, ...others] = found;
  if (only === undefined)
    throw notFoundError(`no product has the name or SKU "${which}"; \`products list --search …\` finds products`);
  if (others.length > 0) throw usageError(`several products have the name "${which}": ${found.map(named).join(', ')}`);
  return only.productId;
}

const named = ({ productId, sku }: Product): string => `${productId} (${sku})`;
