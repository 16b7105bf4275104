import type { DescService } from '@bufbuild/protobuf';
import type { BookName } from '../audit/book.ts';
import { CartClaimService } from '../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { ClaimRecordService } from '../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import { CartService } from '../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { WorkflowRecordService } from '../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import { CheckoutService } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderRecordService } from '../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { RefundService } from '../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { OrderWriteService } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { OrderService } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { AdminService } from '../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { StockService } from '../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { CatalogTrailService } from '../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import { StockRecordService } from '../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { UserDirectoryService } from '../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { AuthService } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { AdjustmentService } from '../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { FundsRecordService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

/** What the rest of the repository has to know of a role. */
export interface Row {
  /** Its name for people, in the output of the launcher. */
  readonly title: string;
  /** Its name in a cluster: of its Deployment, Service and Argo CD application, and of its folders below deploy/k8s. */
  readonly name: string;
  /** The folder with its code and its `.env`, below the root of the checkout. */
  readonly folder: string;
  /** The default ports of a process that has only this role. A role that hosts RPCs has a gRPC port. */
  readonly ports: { readonly http: number; readonly grpc?: number };
  /** Its schema in Postgres. `drizzle/<role>` contains the migrations. */
  readonly schema?: string;
  /** The role whose database it uses, if it has no schema. */
  readonly databaseOf?: string;
  /** The name of its book in the audit. */
  readonly books?: BookName;
  /** Set if it runs the audit, so that it reads all books. */
  readonly audits?: true;
  /** The proto services that it hosts. The public ones are in the order of the documentation. */
  readonly hosts: { readonly public: readonly DescService[]; readonly internal: readonly DescService[] };
  /** The proto services that it calls. It signs calls of internal ones with its own key. */
  readonly calls: readonly DescService[];
  /** The servers that it uses besides Postgres. */
  readonly needs: readonly ('redis' | 'kafka' | 'temporal')[];
}

/**
 * The roles of the platform, in the order in which they start. All other lists in TypeScript come from this one. To add
 * a role, add a row first; tests then name everything else that must change (registry.test.ts, deploy/ci).
 */
export const rows = {
  sso: {
    title: 'Accounts',
    name: 'sso-service',
    folder: 'services/sso',
    ports: { http: 8080, grpc: 50_051 },
    schema: 'sso',
    hosts: { public: [AuthService], internal: [UserDirectoryService] },
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
    hosts: { public: [ProductService], internal: [StockService, StockRecordService, CatalogTrailService] },
    calls: [AuthService],
    needs: ['redis'],
  },
  wallet: {
    title: 'Wallet',
    name: 'wallet-service',
    folder: 'services/wallet',
    ports: { http: 8082, grpc: 50_054 },
    schema: 'wallet',
    books: 'wallet',
    hosts: { public: [WalletService], internal: [FundsService, AdjustmentService, FundsRecordService] },
    calls: [],
    // The code of the wallet does not use Redis, but deployments give it a connection.
    needs: ['redis'],
  },
  cart: {
    title: 'Cart',
    name: 'cart-service',
    folder: 'services/cart',
    ports: { http: 8083, grpc: 50_053 },
    schema: 'cart',
    books: 'cart',
    hosts: { public: [CartService], internal: [CartClaimService, ClaimRecordService] },
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
    hosts: { public: [OrderService], internal: [OrderWriteService, OrderRecordService, RefundService] },
    calls: [],
    needs: ['temporal'],
  },
  backoffice: {
    title: 'Back office',
    name: 'backoffice-service',
    folder: 'services/backoffice',
    ports: { http: 8088, grpc: 50_057 },
    schema: 'backoffice',
    books: 'backoffice',
    hosts: { public: [AdminService], internal: [] },
    calls: [
      AdjustmentService,
      UserDirectoryService,
      FundsRecordService,
      OrderRecordService,
      RefundService,
      StockRecordService,
      CatalogTrailService,
      ClaimRecordService,
      WorkflowRecordService,
    ],
    needs: [],
  },
  checkout: {
    title: 'Checkout',
    name: 'checkout-service',
    folder: 'services/checkout',
    ports: { http: 8085, grpc: 50_056 },
    hosts: { public: [CheckoutService], internal: [WorkflowRecordService] },
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

/** Programs that are not roles, but call internal RPCs. */
export const tools = {
  cli: { calls: [OrderWriteService] },
} as const satisfies Readonly<Record<string, Pick<Row, 'calls'>>>;

type Rows = typeof rows;
/** A role of a process. On the command line `all` means all of them. */
export type Role = keyof Rows;
/** A role that hosts RPCs. */
export type RpcRole = { [R in Role]: Rows[R]['ports'] extends { readonly grpc: number } ? R : never }[Role];
/** A role that has a schema. */
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

/** The role that owns the database of a role: itself or another role; undefined if the role uses no database. */
export function databaseOwnerOf(role: Role): Owner | undefined {
  return owners.find((owner) => owner === role || owner === rowOf(role).databaseOf);
}

export function schemaOf(owner: Owner): string {
  return rows[owner].schema;
}

/** The public proto services, in the order of the documentation. */
export const publicServices: readonly DescService[] = roles.flatMap((role) => rowOf(role).hosts.public);

/** The role that hosts a proto service. @throws Error if no row names it */
export function hostOf(service: DescService): RpcRole {
  const host = rpcRoles.find((role) => {
    const { hosts } = rowOf(role);
    return [...hosts.public, ...hosts.internal].some(({ typeName }) => typeName === service.typeName);
  });
  if (host === undefined)
    throw new Error(`No role hosts ${service.typeName}: add it to \`hosts\` of a row in runtime/registry.ts`);
  return host;
}

/** Whether a proto service is internal. Such a service accepts only calls with a service token. */
export function isInternal(service: DescService): boolean {
  return rowOf(hostOf(service)).hosts.internal.some(({ typeName }) => typeName === service.typeName);
}

/** The roles and tools that call internal services, so each needs a key to sign its service tokens. */
export const signers: readonly string[] = Object.entries({ ...rows, ...tools } as Record<string, Pick<Row, 'calls'>>)
  .filter(([, { calls }]) => calls.some(isInternal))
  .map(([name]) => name);

/**
 * The names for which a key is made. `order` and `relay` sign nothing, but have always had keys, and deployments may
 * still mount `order.json` or the secret `service-key-relay`.
 */
export const keyHolders: readonly string[] = [...signers, 'order', 'relay'];

/**
 * The name of a process in the answer of `GET /health`: its roles, or `all` for all of them. For worker and relay it
 * differs from `name` of their rows.
 */
export function healthName(...of: readonly Role[]): string {
  return `${of.length === roles.length ? 'all' : of.join('-')}-service`;
}
