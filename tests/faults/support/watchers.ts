import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckoutService, CheckoutState } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService, OrderStatus } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { rpcClient } from '../../../testkit/shopper/rpc-client.ts';
import { Shopper } from '../../../testkit/shopper/shopper.ts';
import type { StackAddresses } from '../../../testkit/stack/stack.ts';

/** Two customers who buy repeatedly and follow each checkout by streams, one over gRPC and one over Connect. */
export interface Watchers {
  /** Number of checkouts that both streams followed to their end. */
  readonly followed: () => number;
  /** Number of streams that the platform ended early as `unavailable`. Each was opened again. */
  readonly resumed: () => number;
  /** The messages of all other failures of calls and streams. */
  readonly failures: readonly string[];
  readonly stop: () => Promise<void>;
}

const category = 'Garden';
const resumeAfterMs = 200;

export function startWatchers({ api, grpc }: StackAddresses): Watchers {
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
    const { shopper, productId } = await signUp(transport);
    while (!state.stopped) {
      await shopper.add(productId, 1);
      await follow(transport, shopper, state);
      state.followed++;
    }
  } catch (error) {
    state.failures.push(String(error));
  }
}

/** A new customer with much money, and the product that the customer buys. */
async function signUp(transport: Transport): Promise<{ readonly shopper: Shopper; readonly productId: string }> {
  const shopper = await new Shopper({ client: rpcClient(transport) }).arrive(90_000_000);
  const [product] = await shopper.products({ category, inStock: true, orderBy: 'price', pageSize: 1 });
  if (product === undefined) throw new Error(`the catalog has nothing in ${category}`);
  return { shopper, productId: product.productId };
}

/** Starts a checkout and follows it by a stream of the checkout and a stream of its order. */
async function follow(transport: Transport, shopper: Shopper, state: State): Promise<void> {
  const { orderId } = await shopper.startCheckout();
  const { headers } = shopper;
  const checkouts = createClient(CheckoutService, transport);
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

/** Reads a stream until it shows the end. Opens the stream again if it ends as `unavailable`. */
async function toTheEnd<Answer>(
  open: () => AsyncIterable<Answer>,
  isEnd: (answer: Answer) => boolean,
  state: State,
): Promise<void> {
  for (;;) {
    try {
      for await (const answer of open()) if (isEnd(answer)) return;
      throw new Error('a stream ended before it showed the end of its checkout or order');
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unavailable) throw error;
      state.resumed++;
      await sleep(resumeAfterMs);
    }
  }
}
