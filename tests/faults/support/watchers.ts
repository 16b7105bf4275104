import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService, CheckoutState } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService, OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

/** Customers who follow each of their checkouts by streams, one over gRPC and one over Connect. */
export interface Watchers {
  /** Checkouts that were followed to their end, by both streams. */
  readonly followed: () => number;
  /** Streams that the platform ended early, saying that another try is welcome; each was taken up again. */
  readonly resumed: () => number;
  /** Every call and stream that failed otherwise, in words. */
  readonly failures: readonly string[];
  readonly stop: () => Promise<void>;
}

const category = 'Garden';
const resumeAfterMs = 200;

/** @param api for example http://127.0.0.1:8000 @param grpc for example http://127.0.0.1:50051 */
export function startWatchers(api: string, grpc: string): Watchers {
  const state = { stopped: false, followed: 0, resumed: 0, failures: [] as string[] };
  const transports = [
    createGrpcTransport({ baseUrl: grpc }),
    createConnectTransport({ baseUrl: api, httpVersion: '1.1' }),
  ];
  const running = transports.map((transport) => watch(transport, state));
  return {
    followed: () => state.followed,
    resumed: () => state.resumed,
    failures: state.failures,
    stop: async () => {
      state.stopped = true;
      await Promise.all(running);
    },
  };
}

interface State {
  stopped: boolean;
  followed: number;
  resumed: number;
  readonly failures: string[];
}

async function watch(transport: Transport, state: State): Promise<void> {
  try {
    const customer = await signUp(transport);
    while (!state.stopped) {
      await follow(transport, customer, state);
      state.followed++;
    }
  } catch (error) {
    state.failures.push(String(error));
  }
}

interface Customer {
  readonly headers: { readonly authorization: string };
  readonly productId: string;
}

async function signUp(transport: Transport): Promise<Customer> {
  const credentials = { email: `watcher-${randomUUID()}@example.com`, password: randomUUID() };
  const { tokens } = await createClient(AuthService, transport).register(credentials);
  const headers = { authorization: `Bearer ${tokens?.accessToken ?? ''}` };
  const wallet = createClient(WalletService, transport);
  await wallet.createWallet({}, { headers });
  const amount = { currencyCode: 'USD', minorUnits: 90_000_000n };
  await wallet.topUp({ amount, requestId: randomUUID() }, { headers });
  const catalog = createClient(ProductService, transport);
  const { products } = await catalog.listProducts({ category, inStock: true, orderBy: 'price', pageSize: 1 });
  return { headers, productId: products[0]?.productId ?? '' };
}

/** One purchase, followed by a stream of its checkout and one of its order. */
async function follow(transport: Transport, { headers, productId }: Customer, state: State): Promise<void> {
  await createClient(CartService, transport).addItem({ productId, quantity: 1 }, { headers });
  const checkouts = createClient(CheckoutService, transport);
  const { checkout } = await checkouts.startCheckout({ requestId: randomUUID() }, { headers });
  const { orderId = '' } = checkout ?? {};
  const orders = createClient(OrderService, transport);
  await Promise.all([
    toTheEnd(
      () => checkouts.watchCheckout({ orderId }, { headers }),
      (answer) => answer.checkout !== undefined && answer.checkout.state > CheckoutState.RUNNING,
      state,
    ),
    toTheEnd(
      () => orders.watchOrder({ orderId }, { headers }),
      (answer) => answer.order !== undefined && answer.order.status > OrderStatus.PENDING,
      state,
    ),
  ]);
}

/** Reads a stream until it tells the end, and begins again where the platform asks for that. */
async function toTheEnd<Answer>(
  open: () => AsyncIterable<Answer>,
  isEnd: (answer: Answer) => boolean,
  state: State,
): Promise<void> {
  for (;;) {
    try {
      for await (const answer of open()) if (isEnd(answer)) return;
      throw new Error('a stream ended before what it tells of');
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unavailable) throw error;
      state.resumed++;
      await sleep(resumeAfterMs);
    }
  }
}
