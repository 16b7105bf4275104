import type { Client } from '@connectrpc/connect';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { createAuditActivities } from '../audit/activities.ts';
import { audit } from '../audit/audit.ts';
import type { AuditConfig } from '../audit/config.ts';
import { createWorkflowsView } from '../audit/workflows-view.ts';
import { createActivities } from '../activities/index.ts';
import { CartClaimService } from '../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { ClaimRecordService } from '../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import { CartService } from '../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { WorkflowRecordService } from '../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import { OrderRecordService } from '../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { OrderWriteService } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { RefundService } from '../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { OrderService } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { StockService } from '../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import { CatalogTrailService } from '../proto/gen/ecommerce/products/internal/v1/catalog_trail_pb.ts';
import { StockRecordService } from '../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { UserDirectoryService } from '../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { AdjustmentService } from '../proto/gen/ecommerce/wallet/internal/v1/adjustment_pb.ts';
import { FundsRecordService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { FundsService } from '../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { buildCart } from '../services/cart/app.ts';
import { buildCheckout } from '../services/checkout/app.ts';
import { buildOrder } from '../services/order/app.ts';
import { buildBackoffice } from '../services/backoffice/app.ts';
import type { ServiceKeys } from '../platform/auth/service-keys.ts';
import type { Clients } from '../platform/rpc/clients/clients.ts';
import type { RedisHandle } from '../platform/data/redis/redis.ts';
import type { Service } from '../platform/service.ts';
import type { Siblings } from '../platform/siblings.ts';
import type { CheckoutWorkflows } from '../workflows/client/checkout-workflows.ts';
import type { Temporal } from '../platform/temporal/connection.ts';
import { buildProducts } from '../services/products/app.ts';
import type { MemoryLimiter } from '../services/sso/adapters/rate-limits.ts';
import { buildSso, type SsoService } from '../services/sso/app.ts';
import { buildWallet } from '../services/wallet/app.ts';
import { buildWorker } from './worker/app.ts';
import type { WorkerConfig } from './worker/config.ts';
import type { ServiceConfigs } from './config.ts';
import type { Databases } from './databases.ts';
import { shareOf } from './processes/count.ts';
import type { ProcessRegistry } from '../platform/telemetry/registry.ts';
import { isInternal, signers, type CallsOf, type Owner, type Role } from './registry.ts';

/** Everything that services are built from. */
export interface ServiceParts {
  readonly configs: ServiceConfigs;
  readonly audit: AuditConfig | undefined;
  readonly databases: Databases;
  readonly redis: RedisHandle | undefined;
  readonly temporal: Temporal;
  readonly checkouts: CheckoutWorkflows;
  readonly clients: Clients;
  readonly keys: ServiceKeys;
  readonly logger: Logger;
  readonly registry: ProcessRegistry;
  /** How many processes share the ports, and the number of this one, from 1 on. */
  readonly processes: number;
  readonly number: number;
  /** Undefined for a process that shares its ports with no other. */
  readonly siblings: Siblings | undefined;
  /** Undefined: this process counts attempts alone. */
  readonly memoryLimiter: MemoryLimiter | undefined;
  /** How long the worker may take to stop (`ShutdownPlan`). */
  readonly workerStopMs: { readonly grace: number; readonly force: number };
}

export interface Built {
  /** The services of this process's roles, without the relay. */
  readonly services: readonly Service[];
  readonly sso: SsoService | undefined;
}

/** Builds the services of this process's roles. It starts nothing. */
export function buildServices(parts: ServiceParts): Built {
  const ssoService = sso(parts);
  const all = [
    ssoService,
    products(parts),
    wallet(parts),
    cart(parts),
    order(parts),
    backoffice(parts),
    checkout(parts),
    worker(parts),
  ];
  return { services: all.filter((service) => service !== undefined), sso: ssoService };
}

function own({ logger, registry }: ServiceParts, service: Role) {
  return { logger: logger.child({ service }), registry };
}

function data({ databases, redis }: ServiceParts, owner: Owner) {
  return { db: databases.of(owner).db, redis: redis?.redis };
}

/** Makes clients for a role, only for the services that its row lists. Calls of internal services are signed. */
function connector<R extends Role>({ clients, keys }: ServiceParts, role: R) {
  const signer = signers.includes(role) ? keys.signer(role) : undefined;
  return <S extends CallsOf<R>>(service: S): Client<S> =>
    clients.connect(service, signer !== undefined && isInternal(service) ? { as: signer } : {});
}

function sso(parts: ServiceParts): SsoService | undefined {
  const config = parts.configs.sso;
  if (config === undefined) return undefined;
  const { processes, memoryLimiter } = parts;
  const hashesAtOnce = shareOf(availableParallelism(), processes);
  return buildSso({ ...own(parts, 'sso'), ...data(parts, 'sso'), config, hashesAtOnce, memoryLimiter });
}

function products(parts: ServiceParts): Service | undefined {
  const config = parts.configs.products;
  if (config === undefined) return undefined;
  const { siblings } = parts;
  const accounts = connector(parts, 'products')(AuthService);
  return buildProducts({ ...own(parts, 'products'), ...data(parts, 'products'), accounts, siblings, config });
}

function wallet(parts: ServiceParts): Service | undefined {
  const config = parts.configs.wallet;
  return config && buildWallet({ ...own(parts, 'wallet'), ...data(parts, 'wallet'), config });
}

function cart(parts: ServiceParts): Service | undefined {
  const config = parts.configs.cart;
  if (config === undefined) return undefined;
  const connect = connector(parts, 'cart');
  return buildCart({
    ...own(parts, 'cart'),
    ...data(parts, 'cart'),
    products: connect(ProductService),
    orders: connect(OrderWriteService),
    config,
  });
}

function order(parts: ServiceParts): Service | undefined {
  const config = parts.configs.order;
  if (config === undefined) return undefined;
  const database = parts.databases.of('order');
  return buildOrder({ ...own(parts, 'order'), database, workflows: parts.checkouts, config });
}

function backoffice(parts: ServiceParts): Service | undefined {
  const config = parts.configs.backoffice;
  if (config === undefined) return undefined;
  const connect = connector(parts, 'backoffice');
  return buildBackoffice({
    ...own(parts, 'backoffice'),
    database: parts.databases.of('backoffice'),
    adjustments: connect(AdjustmentService),
    users: connect(UserDirectoryService),
    records: {
      orders: connect(OrderRecordService),
      funds: connect(FundsRecordService),
      stock: connect(StockRecordService),
      claims: connect(ClaimRecordService),
      workflows: connect(WorkflowRecordService),
    },
    refunds: connect(RefundService),
    catalogTrail: connect(CatalogTrailService),
    config,
  });
}

function checkout(parts: ServiceParts): Service | undefined {
  const config = parts.configs.checkout;
  if (config === undefined) return undefined;
  const connect = connector(parts, 'checkout');
  return buildCheckout({
    ...own(parts, 'checkout'),
    cart: connect(CartService),
    wallet: connect(WalletService),
    orders: connect(OrderService),
    orderWrite: connect(OrderWriteService),
    workflows: parts.checkouts,
    config,
  });
}

function worker(parts: ServiceParts): Service | undefined {
  if (parts.configs.worker === undefined) return undefined;
  const config = withOwnMetricsPort(parts.configs.worker, parts.number);
  const { temporal, logger, workerStopMs: stopMs } = parts;
  const connect = connector(parts, 'worker');
  const own = logger.child({ service: 'worker' });
  const clients = {
    claims: connect(CartClaimService),
    stock: connect(StockService),
    funds: connect(FundsService),
    orders: connect(OrderWriteService),
  };
  const activities = createActivities(clients, own);
  const auditing = auditActivities(parts);
  return buildWorker({
    logger: own,
    temporal,
    activities: { ...activities, ...auditing },
    config,
    registry: parts.registry,
    stopMs,
    auditEverySeconds: auditing && parts.audit?.everySeconds,
  });
}

/** Each process serves the metrics of Temporal's SDK on a port of its own: the first on the one that is set. */
function withOwnMetricsPort(config: WorkerConfig, number: number): WorkerConfig {
  const { metricsAddress } = config;
  if (metricsAddress === undefined || metricsAddress === 'off' || number === 1) return config;
  const at = metricsAddress.lastIndexOf(':') + 1;
  return {
    ...config,
    metricsAddress: `${metricsAddress.slice(0, at)}${Number(metricsAddress.slice(at)) + number - 1}`,
  };
}

function auditActivities({ audit: config, temporal, logger: parent, registry }: ServiceParts) {
  if (config === undefined) return undefined;
  const logger = parent.child({ service: 'audit' });
  const { urls, settledSeconds } = config;
  if (urls === undefined) {
    logger.warn('no audit will run, because AUDIT_DATABASE_URL is not set');
    return undefined;
  }
  const workflows = createWorkflowsView(temporal);
  return createAuditActivities({ audit: () => audit({ urls, settledSeconds, workflows }), logger, registry });
}
