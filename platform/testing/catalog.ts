import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import { encodeEnvelope } from '@connectrpc/connect/protocol';
import {
  ListCategoriesResponseSchema,
  ListProductsRequestSchema,
  ListProductsResponseSchema,
  ProductService,
  type ListCategoriesResponse,
  type ListProductsRequest,
  type ListProductsResponse,
} from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AppError } from '../errors/app-error.ts';
import { sharedRead } from '../rpc/answers/shared-read.ts';
import type { Service } from '../service.ts';
import { createLogger } from '../telemetry/logger.ts';
import { raw, type RawAnswer, type RawCall } from './raw-http.ts';
import { createTestRpc, type TestRpcOptions } from './rpc.ts';
import { createTestAuth } from './tokens.ts';

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
function createCatalog(shares = true): Catalog {
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

// Making keys takes long, and no test of the catalog looks at them.
let auth: ReturnType<typeof createTestAuth> | undefined;

/** Runs a catalog on real ports. */
export async function openCatalog(
  options: { readonly limits?: TestRpcOptions['limits']; readonly shares?: boolean } = {},
) {
  const catalog = createCatalog(options.shares);
  const lines: string[] = [];
  const logger = createLogger({ role: 'test', destination: { write: (line) => void lines.push(line) } });
  const { server } = await createTestRpc([catalog.service], {
    auth: await (auth ??= createTestAuth()),
    limits: options.limits,
    logger,
  });
  const { http, grpc = '' } = await server.start();
  const send = ([path, call]: PathCall, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
    raw(`${http}${path}`, { ...call, headers: { ...call.headers, ...headers } });
  return { catalog, server, http, grpc, lines, send };
}

export type OpenCatalog = Awaited<ReturnType<typeof openCatalog>>;

export const listPath = '/ecommerce.products.v1.ProductService/ListProducts';

const post = (type: string, body: Uint8Array | string): PathCall => [
  listPath,
  { method: 'POST', headers: { 'content-type': type }, body },
];

/** The protocols of the HTTP port. */
export const protocols = [
  'REST',
  'Connect GET, JSON',
  'Connect GET, binary',
  'Connect POST, JSON',
  'Connect POST, binary',
  'gRPC-Web',
] as const;

/** A path and what is sent to it. */
export type PathCall = readonly [path: string, call: RawCall];

/** One request in every protocol. */
export function callsOf(
  request: Pick<ListProductsRequest, 'query' | 'pageSize'>,
): Readonly<Record<(typeof protocols)[number], PathCall>> {
  const message = create(ListProductsRequestSchema, request);
  const json = toJsonString(ListProductsRequestSchema, message);
  const binary = toBinary(ListProductsRequestSchema, message);
  const rest = new URLSearchParams({ query: request.query, page_size: String(request.pageSize) });
  const inJson = `encoding=json&message=${encodeURIComponent(json)}`;
  const inBinary = `encoding=proto&base64=1&message=${Buffer.from(binary).toString('base64url')}`;
  return {
    REST: [`/api/v1/products?${rest.toString()}`, {}],
    'Connect GET, JSON': [`${listPath}?connect=v1&${inJson}`, {}],
    'Connect GET, binary': [`${listPath}?connect=v1&${inBinary}`, {}],
    'Connect POST, JSON': post('application/json', json),
    'Connect POST, binary': post('application/proto', binary),
    'gRPC-Web': post('application/grpc-web+proto', encodeEnvelope(0, binary)),
  };
}
