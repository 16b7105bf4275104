import { Buyer } from './buyer.ts';
import { routeService, type ApiClient } from './api-client.ts';
import { createMemory, type Memory } from './memory.ts';
import { restClient } from './rest-client.ts';
import { grpcClient } from './rpc-client.ts';
import { Shopper, type Credentials } from './shopper.ts';

/** A product that was created for a run. */
export interface Goods {
  readonly productId: string;
  readonly priceMinor: number;
  /** Pieces on hand when it was created. */
  readonly pieces: number;
}

export interface ShopOptions {
  /** For example http://127.0.0.1:8000. */
  readonly api: string;
  /** For example http://127.0.0.1:50051. */
  readonly grpc: string;
  readonly admin: Credentials;
  /** HTTP address of the process that takes all calls of CheckoutService. By default `api` and `grpc` take them. */
  readonly checkouts?: string | undefined;
}

/** The platform from outside, with products that only this run's buyers know. */
export interface Shop {
  readonly buyers: readonly Buyer[];
  readonly goods: readonly Goods[];
  /** The answers that all buyers got. */
  readonly memory: Memory;
  /** Registers a new buyer with this money. Every fourth buyer uses gRPC, the others REST. */
  buyer(fundsMinor: number): Promise<Buyer>;
  product(priceMinor: number, pieces: number): Promise<Goods>;
  /** Changes the pieces on hand as an admin. */
  adjust(goods: Goods, delta: number): Promise<void>;
  /** Puts money into a user's wallet as an admin. */
  credit(userId: string, fundsMinor: number): Promise<void>;
  /** Refunds an order as an admin. */
  refund(orderId: string): Promise<void>;
  /** Reads the story of an order as an admin. */
  explain(orderId: string): Promise<unknown>;
  /** Reads what support reads of an order and its buyer: lists of orders, the order, the wallet. */
  look(orderId: string, userId: string): Promise<void>;
  /** Makes the user a member of support, or takes that role. */
  changeSupport(change: 'GrantRole' | 'RevokeRole', userId: string): Promise<void>;
  /** Pieces that can be bought now. */
  available(goods: Goods): Promise<number>;
  close(): void;
}

const patienceMs = 120_000;

export function openShop({ api, grpc, admin, checkouts }: ShopOptions): Shop {
  const direct = { rest: restClient(api), grpc: grpcClient(grpc) };
  const routed = (client: ApiClient) =>
    checkouts === undefined ? client : routeService(client, 'CheckoutService/', restClient(checkouts));
  const clients = { rest: routed(direct.rest), grpc: routed(direct.grpc) };
  const shopkeeper = new Shopper({ client: direct.rest, credentials: admin, patienceMs });
  let signedIn: Promise<void> | undefined;
  const asAdmin = async (): Promise<Shopper> => {
    await (signedIn ??= shopkeeper.signIn());
    return shopkeeper;
  };
  const memory = createMemory();
  const buyers: Buyer[] = [];
  const products: Goods[] = [];
  return {
    buyers,
    goods: products,
    memory,
    async buyer(fundsMinor) {
      const number = buyers.length + 1;
      const buyer = new Buyer(`buyer ${number}`, number % 4 === 0 ? clients.grpc : clients.rest, memory);
      buyers.push(buyer);
      return buyer.arrive(fundsMinor);
    },
    async product(priceMinor, pieces) {
      const { productId } = await (await asAdmin()).createProduct({ priceMinor, pieces });
      const goods = { productId, priceMinor, pieces };
      products.push(goods);
      return goods;
    },
    async adjust({ productId }, delta) {
      await (await asAdmin()).adjustStock(productId, delta);
    },
    async credit(userId, fundsMinor) {
      await (await asAdmin()).creditWallet(userId, fundsMinor);
    },
    async changeSupport(change, userId) {
      await (await asAdmin()).changeSupport(change, userId);
    },
    async refund(orderId) {
      const wish = { orderId, reason: 'a test', requestId: crypto.randomUUID() };
      await (await asAdmin()).ask('AdminService/RefundOrder', wish);
    },
    async explain(orderId) {
      return await (await asAdmin()).explain(orderId);
    },
    async look(orderId, userId) {
      const support = await asAdmin();
      await support.ask('AdminService/ListOrders', { pageSize: 5 });
      await support.ask('AdminService/ListOrders', { userId, status: 'ORDER_STATUS_CANCELLED' });
      await support.ask('AdminService/GetOrder', { orderId });
      await support.ask('AdminService/GetWallet', { userId });
      const filters = [{}, { userId }, { orderId }, { action: 'order.refund' }, { actorId: userId }];
      for (const filter of filters) await support.ask('AdminService/ListAuditTrail', filter);
    },
    async available({ productId }) {
      return (await shopkeeper.product(productId)).availableQuantity;
    },
    close: () => Object.values(clients).forEach((client) => client.close()),
  };
}
