import { create } from '@bufbuild/protobuf';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import {
  ListCategoriesResponseSchema,
  ListProductsResponseSchema,
  ProductService,
  type ListCategoriesResponse,
  type ListProductsResponse,
} from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AppError } from '../errors/app-error.ts';
import { sharedRead } from '../rpc/answers/shared-read.ts';
import type { Service } from '../service.ts';

/** A catalog that keeps its answers in memory until `forget`, for tests of shared reads. */
export interface Catalog {
  readonly service: Service;
  /** The calls that reached a handler. */
  readonly calls: string[];
  /** Part of every answer. */
  version: number;
  /** Whether answers are kept in memory. */
  remembers: boolean;
  readonly forget: () => void;
  /** Runs inside each handler. */
  onCall: () => Promise<void>;
}

/** @param shares whether the reads are declared as shared */
export function createCatalog(shares = true): Catalog {
  const pages = new Map<string, ListProductsResponse>();
  const categories = new Map<string, ListCategoriesResponse>();
  const catalog: Catalog = {
    calls: [],
    version: 1,
    remembers: true,
    onCall: () => Promise.resolve(),
    forget: () => {
      pages.clear();
      categories.clear();
    },
    service: {
      role: 'products',
      checks: {},
      routes: (router) =>
        router.service(ProductService, {
          listProducts: async ({ query, pageSize }) => {
            catalog.calls.push(`list ${query}`);
            await catalog.onCall();
            if (query === 'nothing') throw new AppError('not_found', 'PRODUCT_NOT_FOUND', 'there is nothing');
            const key = `${query} ${pageSize}`;
            const products = Array.from({ length: pageSize }, (_, index) => ({
              productId: String(index),
              name: `${query} é ${catalog.version}`,
              price: { currencyCode: 'USD', minorUnits: BigInt(index) },
            }));
            const page = pages.get(key) ?? create(ListProductsResponseSchema, { products });
            if (catalog.remembers) pages.set(key, page);
            return page;
          },
          listCategories: async () => {
            catalog.calls.push('categories');
            await catalog.onCall();
            const fields = { categories: [{ name: `${catalog.version}`, productCount: catalog.version }] };
            const known = categories.get('') ?? create(ListCategoriesResponseSchema, fields);
            if (catalog.remembers) categories.set('', known);
            return known;
          },
        }),
      ...(shares
        ? {
            sharedReads: [
              sharedRead(ProductService.method.listProducts, ({ query, pageSize }) => {
                const key = `${query} ${pageSize}`;
                return () => pages.get(key);
              }),
              sharedRead(ProductService.method.listCategories, () => () => categories.get('')),
            ],
          }
        : {}),
    },
  };
  return catalog;
}

export interface RawCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
}

export interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** One HTTP/1.1 call as it is: nothing is added, unpacked or followed. */
export async function raw(url: string, { method = 'GET', headers = {}, body }: RawCall = {}): Promise<RawAnswer> {
  const call = request(url, { method, headers });
  call.end(body);
  const [answer]: IncomingMessage[] = await once(call, 'response');
  if (answer === undefined) throw new Error('no answer');
  return { status: answer.statusCode, headers: answer.headers, bytes: await buffer(answer) };
}
