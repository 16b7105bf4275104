import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { CallOptions } from '@connectrpc/connect';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { AppError } from '../errors/app-error.ts';
import { createClients, type Clients } from '../rpc/clients/clients.ts';
import { createLogger } from '../telemetry/logger.ts';
import { inRequest } from '../telemetry/request-context.ts';
import { createFixture, type Fixture } from './fixture.ts';
import { createTestRpc } from './rpc.ts';
import { createTestAuth, type TestAuth } from './tokens.ts';

/** The two ways to call a service, each with a server of its own. */
export interface TwoWays {
  readonly fixture: Fixture;
  readonly auth: TestAuth;
  /** The id of the user who calls. */
  readonly userId: string;
  /** The request id of all calls. */
  readonly requestId: string;
  /** Sends the user's token. */
  readonly user: CallOptions;
  readonly clients: readonly Clients[];
  /** Makes a call both ways, one after the other. @returns what their caller can see of each end */
  readonly both: (call: (clients: Clients) => Promise<unknown>) => Promise<readonly [unknown, unknown]>;
  readonly getWallet: (clients: Clients, options?: CallOptions) => Promise<unknown>;
  /** All answers of `WatchCheckout`. */
  readonly watch: (clients: Clients, options?: CallOptions) => Promise<unknown[]>;
  /** The lines of `/metrics` about calls, of each way. */
  readonly metrics: () => Promise<readonly [string[], string[]]>;
  /** Stops the server of these clients. */
  readonly stop: (clients: Clients) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await call() };
  } catch (error) {
    if (!(error instanceof AppError)) return { 'not an AppError': error };
    const { code, reason, kind, message, metadata, violations, retryAfterSeconds } = error;
    return { code, reason, kind, message, metadata, violations, retryAfterSeconds };
  }
}

async function linesAboutCalls(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => /^grpc_server_(?:handled_total|handling_seconds_count)\{/.test(line));
}

/** Serves the fixture twice: for calls within the process, and for calls over gRPC. */
async function createTwoWays(): Promise<TwoWays> {
  const logger = createLogger({ role: 'test', level: 'silent' });
  const fixture = createFixture();
  const auth = await createTestAuth();
  const userId = crypto.randomUUID();
  const requestId = 'request-12345';
  const user = { headers: { authorization: `Bearer ${await auth.tokenOf({ userId })}` } };
  const near = await createTestRpc([fixture.service], { auth, logger });
  const far = await createTestRpc([fixture.service], { auth, logger });
  const urls = [await near.server.start(), await far.server.start()] as const;
  const within = near.clients;
  const over = createClients({ addressesOf: () => [urls[1].grpc ?? ''], logger });
  const servers = new Map([
    [within, near.server],
    [over, far.server],
  ]);
  const stop = async (clients: Clients): Promise<void> => servers.get(clients)?.stop();
  return {
    fixture,
    auth,
    userId,
    requestId,
    user,
    clients: [within, over],
    both: async (call) => {
      const run = (clients: Clients) => outcome(() => inRequest({ requestId }, () => call(clients)));
      return [await run(within), await run(over)];
    },
    getWallet: (clients, options = {}) => clients.connect(WalletService).getWallet({}, { ...user, ...options }),
    watch: async (clients, options = {}) => {
      const seen: unknown[] = [];
      const answers = clients.connect(CheckoutService).watchCheckout({ orderId: userId }, { ...user, ...options });
      for await (const answer of answers) seen.push(answer);
      return seen;
    },
    metrics: async () => [await linesAboutCalls(urls[0].http), await linesAboutCalls(urls[1].http)],
    stop,
    close: async () => {
      over.close();
      await Promise.all([stop(within), stop(over)]);
    },
  };
}

/** Two ways for a test file: made before its tests, closed after them. Before each test the handlers answer at once. */
export function useTwoWays(): TwoWays {
  let made: TwoWays | undefined;
  beforeAll(async () => {
    made = await createTwoWays();
  });
  beforeEach(() => {
    if (made === undefined) return;
    made.fixture.onGetWallet = () => Promise.resolve();
    made.fixture.onWatch = () => Promise.resolve();
  });
  afterAll(() => made?.close());
  return new Proxy({} as TwoWays, { get: (_, name) => Reflect.get(made ?? {}, name) as unknown });
}
