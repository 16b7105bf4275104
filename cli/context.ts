import { ConnectError, createClient, type Client, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { pino } from 'pino';
import { AdminService } from '../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { OrderWriteService, type SagaOrder } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import { CartService } from '../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService, type Tokens, type User } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { loadServiceKeys } from '../platform/auth/service-keys.ts';
import type { Clients } from '../platform/rpc/clients/clients.ts';
import type { Temporal } from '../platform/temporal/connection.ts';
import { callPart } from './parts.ts';
import { latestRun, workflowAddress } from './workflow-run.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/** Clients of the public API, and the call options that make calls on behalf of one signed-in user. */
export interface UserApi {
  readonly cart: Client<typeof CartService>;
  readonly checkout: Client<typeof CheckoutService>;
  readonly products: Client<typeof ProductService>;
  readonly wallet: Client<typeof WalletService>;
  readonly admin: Client<typeof AdminService>;
  /** UUID of the user who signed in. */
  readonly userId: string;
  readonly asUser: { readonly headers: { readonly authorization: string } };
}

/** The connections of a command to the platform. Each is opened when the command first uses it. */
export interface Context {
  readonly env: Env;
  readonly json: boolean;
  /** Whether to ask before harm: somebody is there who can answer, and has not said --yes. */
  readonly asks: boolean;
  readonly apiUrl: string;
  /** Signs in and returns the API for that user. */
  signIn(email: string, password: string): Promise<UserApi>;
  /** Makes a new user, and returns the API for them. */
  register(email: string, password: string): Promise<UserApi>;
  /** Reads an order of any user through the internal API of the order service. */
  sagaOrder(orderId: string): Promise<SagaOrder>;
  temporal(): Promise<Temporal>;
  /** The tab of a workflow's run in Temporal's Web UI that tells its story. */
  workflowUrl(workflowId: string, runId: string): string;
  /** The same for the last run. If the UI does not tell which that is, the page that leads to it. */
  lastRunUrl(workflowId: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param env ECOMMERCE_API_URL, ECOMMERCE_GRPC_URL (behind a gateway ORDER_ADDRESS instead), TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_UI_URL and SERVICE_KEYS_DIR. `npm run cli` sets them for the dev stack.
 */
export function createContext(env: Env, { json, asks }: Pick<Context, 'json' | 'asks'>): Context {
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default';
  const baseUrl = env['ECOMMERCE_API_URL'] ?? 'http://127.0.0.1:8000';
  const ui = env['TEMPORAL_UI_URL'] ?? 'http://127.0.0.1:8233';
  let temporal: Temporal | undefined;
  let clients: Clients | undefined;
  return {
    env,
    json,
    asks,
    apiUrl: baseUrl,
    signIn: (email, password) => enter(baseUrl, (auth) => auth.login({ email, password })),
    register: (email, password) => enter(baseUrl, (auth) => auth.register({ email, password })),
    async sagaOrder(orderId) {
      const { createClients } = await import('../platform/rpc/clients/clients.ts');
      const dir = required(env, 'SERVICE_KEYS_DIR');
      const keys = await callPart({ part: 'service keys', address: dir }, () => loadServiceKeys(dir));
      const address = orderAddress(env);
      clients ??= createClients({ addressesOf: () => [address], logger: pino({ level: 'silent' }) });
      const orders = clients.connect(OrderWriteService, { as: keys.signer('cli') });
      const { order } = await callPart({ part: 'order service', address }, () => orders.get({ orderId }));
      if (order === undefined) throw new Error(`the answer of the order service contains no order ${orderId}`);
      return order;
    },
    async temporal() {
      const { connectTemporal } = await import('../platform/temporal/connection.ts');
      temporal ??= named(connectTemporal({ address: env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233', namespace }));
      return temporal;
    },
    workflowUrl: (workflowId, runId) => workflowAddress({ ui, namespace, workflowId }, runId),
    async lastRunUrl(workflowId) {
      const workflow = { ui, namespace, workflowId };
      return workflowAddress(workflow, await latestRun(workflow));
    },
    async close() {
      clients?.close();
      await temporal?.close();
    },
  };
}

/** The gRPC address of the order service itself, because a gateway does not route internal RPCs. */
function orderAddress(env: Env): string {
  return env['ORDER_ADDRESS'] ?? env['ECOMMERCE_GRPC_URL'] ?? 'http://127.0.0.1:50051';
}

/** Temporal whose errors name it. */
function named(temporal: Temporal): Temporal {
  const part = { part: 'Temporal', address: temporal.address };
  const call: Temporal['call'] = (timeoutMs, run) => callPart(part, () => temporal.call(timeoutMs, run));
  const callByWorker: Temporal['callByWorker'] = (timeoutMs, run) =>
    callPart(part, () => temporal.callByWorker(timeoutMs, run));
  return { ...temporal, call, callByWorker };
}

/** Errors of the API name it. Those of the network do not tell the address. */
const namingApi =
  (address: string): Interceptor =>
  (next) =>
  (request) =>
    callPart({ part: 'API', address }, async () => {
      try {
        return await next(request);
      } catch (error) {
        throw ConnectError.from(error);
      }
    });

/** Signs somebody in, or up, and makes the clients of the API for them. */
async function enter(
  baseUrl: string,
  ask: (
    auth: Client<typeof AuthService>,
  ) => Promise<{ readonly user?: User | undefined; readonly tokens?: Tokens | undefined }>,
): Promise<UserApi> {
  const transport = createConnectTransport({
    baseUrl,
    httpVersion: '1.1',
    defaultTimeoutMs: 15_000,
    interceptors: [namingApi(baseUrl)],
  });
  const { tokens, user } = await ask(createClient(AuthService, transport));
  return {
    cart: createClient(CartService, transport),
    checkout: createClient(CheckoutService, transport),
    products: createClient(ProductService, transport),
    wallet: createClient(WalletService, transport),
    admin: createClient(AdminService, transport),
    userId: user?.userId ?? '',
    asUser: { headers: { authorization: `Bearer ${tokens?.accessToken ?? ''}` } },
  };
}

function required(env: Env, name: string): string {
  const value = env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: set it, or start the platform with \`npm run dev\` and use \`npm run cli\``);
  return value;
}
