import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import type { OrderWriteService } from '../../../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import {
  present,
  toCartSnapshot,
  toCheckout,
  toCreateRequest,
  toStartableCheckout,
  toStartableOrder,
} from '../convert/checkout.ts';
import type { Buyer, Checkout } from '../domain/types.ts';
import type { Peers } from '../domain/peers.ts';

export interface PeerClients {
  readonly cart: Pick<Client<typeof CartService>, 'getCart'>;
  readonly wallet: Pick<Client<typeof WalletService>, 'getWallet'>;
  readonly orders: Pick<Client<typeof OrderService>, 'getOrder' | 'watchOrder'>;
  /** With this service's own token. */
  readonly orderWrite: Pick<
    Client<typeof OrderWriteService>,
    'create' | 'getByRequest' | 'get' | 'claimUnstarted' | 'markStarted' | 'listStalled'
  >;
}

/** The other services behind their clients. What is the buyer's is read with the buyer's own token. */
export function createPeers(clients: PeerClients): Peers {
  return { ...buyersPeers(clients), ...ownPeers(clients) };
}

type BuyersPeers = Pick<Peers, 'readCart' | 'readWalletCurrency' | 'readCheckout' | 'watchCheckout'>;

function buyersPeers({ cart, wallet, orders }: PeerClients): BuyersPeers {
  return {
    readCart: async (buyer) => {
      const answer = await heard(
        cart.getCart({}, { headers: { ...onBehalfOf(buyer).headers, 'cache-control': 'no-cache' } }),
      );
      return toCartSnapshot(present(answer.cart, 'a cart'));
    },

    readWalletCurrency: async (buyer) => {
      const answer = await heard(wallet.getWallet({}, onBehalfOf(buyer)));
      return present(answer.wallet, 'a wallet').currencyCode;
    },

    readCheckout: async (buyer, orderId) => {
      const { order } = await heard(orders.getOrder({ orderId }, onBehalfOf(buyer)));
      return toCheckout(present(order, 'an order'));
    },

    watchCheckout: (buyer, orderId, signal) => watch(orders, buyer, orderId, signal),
  };
}

function ownPeers({ orderWrite }: PeerClients): Omit<Peers, keyof BuyersPeers> {
  return {
    findByRequest: async (key) => {
      try {
        const { order } = await heard(orderWrite.getByRequest(key));
        return toStartableCheckout(order).checkout;
      } catch (error) {
        if (fromConnectError(error).reason === 'ORDER_NOT_FOUND') return undefined;
        throw error;
      }
    },

    createOrder: async (key, order) => {
      const answer = await heard(orderWrite.create(toCreateRequest(key, order)));
      return { ...toStartableCheckout(answer.order), created: answer.created };
    },

    readOrder: async (orderId) => toStartableCheckout((await heard(orderWrite.get({ orderId }))).order),

    claimUnstarted: async (limit, leaseSeconds) => {
      const answer = await heard(orderWrite.claimUnstarted({ limit, leaseSeconds }));
      return {
        orders: answer.orders.map(toStartableOrder),
        oldestUnstartedTime: answer.oldestUnstartedTime && timestampDate(answer.oldestUnstartedTime),
      };
    },

    markStarted: async (orderIds) => void (await heard(orderWrite.markStarted({ orderIds: [...orderIds] }))),

    listStalled: async (startedBeforeSeconds, limit) => {
      const { orders } = await heard(orderWrite.listStalled({ startedBeforeSeconds, limit }));
      return orders.map(toStartableOrder);
    },
  };
}

async function* watch(
  orders: PeerClients['orders'],
  buyer: Buyer,
  orderId: string,
  signal: AbortSignal,
): AsyncGenerator<Checkout> {
  try {
    for await (const { order } of orders.watchOrder({ orderId }, { ...onBehalfOf(buyer), signal })) {
      yield toCheckout(present(order, 'an order'));
    }
  } catch (error) {
    throw fromConnectError(error);
  }
}

function onBehalfOf({ authorization }: Buyer): { headers: { authorization: string } } {
  return { headers: { authorization } };
}

/** A peer's answer, or its refusal as an AppError with its own reason. */
async function heard<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw fromConnectError(error);
  }
}
