import type { SagaOrder } from '../proto/gen/ecommerce/order/internal/v1/order_write_pb.ts';
import type { Temporal } from '../platform/temporal/connection.ts';
import type { UserApi } from './api.ts';
import type { Orders } from './orders.ts';
import { namingNamespace } from './namespace.ts';
import { callPart } from './parts.ts';
import { apiAddress, temporalAddress, withoutPassword } from './settings.ts';
import { latestRun, workflowAddress } from './workflow-run.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/** The connections of a command to the platform. Each is loaded and opened when the command first uses it. */
export interface Context {
  readonly env: Env;
  readonly json: boolean;
  /** Whether to ask before harm: somebody is there who can answer, and has not said --yes. */
  readonly asks: boolean;
  /** The address of the API, for people. @throws ConfigError */
  readonly apiUrl: string;
  /** Signs in and returns the API for that user. */
  signIn(email: string, password: string): Promise<UserApi>;
  /** The catalog, which needs no account. */
  catalog(): Promise<UserApi['products']>;
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
  const { address, namespace } = temporalAddress(env);
  const ui = env['TEMPORAL_UI_URL'] ?? 'http://127.0.0.1:8233';
  let temporal: Temporal | undefined;
  let orders: Orders | undefined;
  return {
    env,
    json,
    asks,
    get apiUrl() {
      return withoutPassword(apiAddress(env));
    },
    async signIn(email, password) {
      const { enter } = await import('./api.ts');
      return enter(apiAddress(env), (auth) => auth.login({ email, password }));
    },
    async catalog() {
      const { openCatalog } = await import('./api.ts');
      return openCatalog(apiAddress(env));
    },
    async register(email, password) {
      const { enter } = await import('./api.ts');
      return enter(apiAddress(env), (auth) => auth.register({ email, password }));
    },
    async sagaOrder(orderId) {
      const { openOrders } = await import('./orders.ts');
      orders ??= await openOrders(env);
      return orders.get(orderId);
    },
    async temporal() {
      const { connectTemporal } = await import('../platform/temporal/connection.ts');
      temporal ??= named(connectTemporal({ address, namespace }));
      return temporal;
    },
    workflowUrl: (workflowId, runId) => workflowAddress({ ui, namespace, workflowId }, runId),
    async lastRunUrl(workflowId) {
      const workflow = { ui, namespace, workflowId };
      return workflowAddress(workflow, await latestRun(workflow));
    },
    async close() {
      orders?.close();
      await temporal?.close();
    },
  };
}

/** Temporal whose errors name it, and the namespace if it lacks that. */
function named(temporal: Temporal): Temporal {
  const { address, namespace } = temporal;
  const ask = <Result>(run: () => Promise<Result>): Promise<Result> =>
    callPart({ part: 'Temporal', address }, () =>
      run().catch((error: unknown) => {
        throw namingNamespace(error, namespace);
      }),
    );
  const call: Temporal['call'] = (timeoutMs, run) => ask(() => temporal.call(timeoutMs, run));
  const callByWorker: Temporal['callByWorker'] = (timeoutMs, run) => ask(() => temporal.callByWorker(timeoutMs, run));
  return { ...temporal, call, callByWorker };
}
