import type { DescService } from '@bufbuild/protobuf';
import type { BookName } from '../audit/book.ts';
import { CartClaimService } from '../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { CartService } from '../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderWriteService } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { StockService } from '../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

/** What there is to know of a role before one looks into its code. */
export interface Row {
  /** For people, in the launcher. */
  readonly title: string;
  /** What a cluster calls it: Deployment, Service, Argo CD application, its folders below deploy/k8s. */
  readonly name: string;
  /** Its code and its `.env`, from the root of the checkout. */
  readonly folder: string;
  /** Of a process that has this role alone. Whoever hosts RPCs has a gRPC port. */
  readonly ports: { readonly http: number; readonly grpc?: number };
  /** Its schema in Postgres; `drizzle/<role>` holds the migrations. */
  readonly schema?: string;
  /** The role whose database it uses instead. */
  readonly databaseOf?: string;
  /** The name by which the auditor reads its schema. */
  readonly books?: BookName;
  /** It runs the audit, so it reads everybody's books. */
  readonly audits?: true;
  /** The proto services it hosts; the public ones in the order in which they are documented. */
  readonly hosts: { readonly public: readonly DescService[]; readonly internal: readonly DescService[] };
  /** The proto services it calls. For internal ones it signs with a key of its own. */
  readonly calls: readonly DescService[];
  /** The servers it uses beside Postgres. */
  readonly needs: readonly ('redis' | 'kafka' | 'temporal')[];
}

/**
 * The one list of the platform's processes, in the order in which they start. Whoever adds one edits this file first:
 * the other lists in TypeScript come from it, and tests say what else has to follow (registry.test.ts, deploy/ci).
 */
export const rows = {
  sso: {
    title: 'Accounts',
    name: 'sso-service',
    folder: 'services/sso',
    ports: { http: 8080, grpc: 50_051 },
    schema: 'sso',
    hosts: { public: [AuthService], internal: [] },
    calls: [],
    needs: ['redis'],
  },
  products: {
    title: 'Products',
    name: 'products-service',
    folder: 'services/products',
    ports: { http: 8081, grpc: 50_052 },
    schema: 'products',
    books: 'products',
    hosts: { public: [ProductService], internal: [StockService] },
    calls: [],
    needs: ['redis'],
  },
  wallet: {
    title: 'Wallet',
    name: 'wallet-service',
    folder: 'services/wallet',
    ports: { http: 8082, grpc: 50_054 },
    schema: 'wallet',
    books: 'wallet',
    hosts: { public: [WalletService], internal: [FundsService] },
    calls: [],
    // Its code uses no Redis; deployments connect it to one.
    needs: ['redis'],
  },
  cart: {
    title: 'Cart',
    name: 'cart-service',
    folder: 'services/cart',
    ports: { http: 8083, grpc: 50_053 },
    schema: 'cart',
    books: 'cart',
    hosts: { public: [CartService], internal: [CartClaimService] },
    calls: [ProductService, OrderWriteService],
    needs: ['redis', 'kafka'],
  },
  order: {
    title: 'Orders',
    name: 'order-service',
    folder: 'services/order',
    ports: { http: 8084, grpc: 50_055 },
    schema: 'orders',
    books: 'orders',
    hosts: { public: [OrderService], internal: [OrderWriteService] },
    calls: [],
    needs: ['temporal'],
  },
  checkout: {
    title: 'Checkout',
    name: 'checkout-service',
    folder: 'services/checkout',
    ports: { http: 8085, grpc: 50_056 },
    hosts: { public: [CheckoutService], internal: [] },
    calls: [CartService, WalletService, OrderService, OrderWriteService],
    needs: ['temporal'],
  },
  worker: {
    title: 'Worker',
    name: 'checkout-worker',
    folder: 'runtime/worker',
    ports: { http: 8086 },
    audits: true,
    hosts: { public: [], internal: [] },
    calls: [CartClaimService, StockService, FundsService, OrderWriteService],
    needs: ['temporal'],
  },
  relay: {
    title: 'Event relay',
    name: 'order-relay',
    folder: 'runtime/relay',
    ports: { http: 8087 },
    databaseOf: 'order',
    hosts: { public: [], internal: [] },
    calls: [],
    needs: ['kafka'],
  },
} as const satisfies Readonly<Record<string, Row>>;

/** Programs that are no part of the platform, but call its internal RPCs. */
export const tools = {
  cli: { calls: [OrderWriteService] },
} as const satisfies Readonly<Record<string, Pick<Row, 'calls'>>>;

type Rows = typeof rows;
/** A role that a process can take; `all` stands for every one of them. */
export type Role = keyof Rows;
/** Roles that host RPCs, so that others call them. */
export type RpcRole = { [R in Role]: Rows[R]['ports'] extends { readonly grpc: number } ? R : never }[Role];
/** Roles with a schema of their own. */
export type Owner = { [R in Role]: Rows[R] extends { readonly schema: string } ? R : never }[Role];
/** The proto services that a role calls. */
export type CallsOf<R extends Role> = Rows[R]['calls'][number];

export const roles = Object.keys(rows) as readonly Role[];

export function rowOf(role: Role): Row {
  return rows[role];
}

export function servesRpc(role: Role): role is RpcRole {
  return rowOf(role).ports.grpc !== undefined;
}
export const rpcRoles: readonly RpcRole[] = roles.filter(servesRpc);

function isOwner(role: Role): role is Owner {
  return rowOf(role).schema !== undefined;
}
export const owners: readonly Owner[] = roles.filter(isOwner);

/** The role whose database a role opens: itself, or another; undefined if none. */
export function databaseOwnerOf(role: Role): Owner | undefined {
  return owners.find((owner) => owner === role || owner === rowOf(role).databaseOf);
}

export function schemaOf(owner: Owner): string {
  return rows[owner].schema;
}

/** The public contract, in the order in which it is documented. */
export const publicServices: readonly DescService[] = roles.flatMap((role) => rowOf(role).hosts.public);

/** The role whose processes serve it. @throws for one that is in no row */
export function hostOf(service: DescService): RpcRole {
  const host = rpcRoles.find((role) => {
    const { hosts } = rowOf(role);
    return [...hosts.public, ...hosts.internal].some(({ typeName }) => typeName === service.typeName);
  });
  if (host === undefined) throw new Error(`${service.typeName} stands in no row of runtime/registry.ts`);
  return host;
}

/** Internal services take signed calls only. */
export function isInternal(service: DescService): boolean {
  return rowOf(hostOf(service)).hosts.internal.some(({ typeName }) => typeName === service.typeName);
}

/** Roles and tools that sign their calls of internal services, each with a key of its own. */
export const signers: readonly string[] = Object.entries({ ...rows, ...tools } as Record<string, Pick<Row, 'calls'>>)
  .filter(([, { calls }]) => calls.some(isInternal))
  .map(([name]) => name);

/**
 * Everybody for whom a key is made. `order` and `relay` sign nothing, but had keys from the beginning: whoever mounts
 * `order.json` or the secret `service-key-relay` must find it.
 */
export const keyHolders: readonly string[] = [...signers, 'order', 'relay'];

/** What `GET /health` calls a process with these roles. For worker and relay it is not the name that a cluster has. */
export function healthName(role: Role | 'all'): string {
  return `${role}-service`;
}
