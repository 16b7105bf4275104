import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { fewAtATime } from '../../testkit/few-at-a-time.ts';
import { itemOf } from './checkouts.ts';
import { crowdAt, type Place } from './crowd.ts';

export interface WatchLoad {
  readonly place: Place;
  /** The gRPC address, for example http://127.0.0.1:50051. */
  readonly grpc: string;
  /** The number of the user whom the orders belong to. */
  readonly user: number;
  /** Orders that stay PENDING. Each gets a watch. */
  readonly orderIds: readonly string[];
}

let closing = new AbortController();
let ended = 0;

/** Opens a watch of each order, and resolves when each has told of its order once. */
export async function openWatches({ place, grpc, user, orderIds }: WatchLoad): Promise<void> {
  const { shopper } = itemOf((await crowdAt(place, user + 1)).buyers, user);
  const sessionManager = new Http2SessionManager(grpc);
  const client = createClient(OrderService, createGrpcTransport({ baseUrl: grpc, sessionManager }));
  closing = new AbortController();
  ended = 0;
  closing.signal.addEventListener('abort', () => sessionManager.abort());
  const options = { headers: shopper.headers, signal: closing.signal };
  await fewAtATime(orderIds, async (orderId) => {
    const answers = client.watchOrder({ orderId }, options)[Symbol.asyncIterator]();
    await answers.next();
    void follow(answers);
  });
}

async function follow(answers: AsyncIterator<unknown>): Promise<void> {
  try {
    while ((await answers.next()).done !== true);
  } catch {
    // The connection ended.
  }
  if (!closing.signal.aborted) ended++;
}

/** Closes all watches. @returns how many had ended before */
export async function closeWatches(): Promise<number> {
  closing.abort();
  return ended;
}
