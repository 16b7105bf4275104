import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { outsideRequests } from '../../platform/telemetry/request-context.ts';
import { createCarts, type CartClient } from './adapters/carts.ts';
import { createOrders, type OrderClients } from './adapters/orders.ts';
import { createWallets, type WalletClient } from './adapters/wallets.ts';
import type { CheckoutConfig } from './config.ts';
import { createBacklogLimit } from './domain/backlog-limit.ts';
import type { CheckoutDeps } from './domain/deps.ts';
import { createStartedMarks } from './domain/started-marks.ts';
import { CheckoutStarter } from './domain/starter.ts';
import { sweepStalled } from './domain/sweep-stalled.ts';
import { sweepUnstarted } from './domain/sweep-unstarted.ts';
import { createCheckoutMetrics } from './metrics.ts';
import type { CheckoutWorkflows } from './ports.ts';
import { publicRoutes } from './routes.ts';

export interface CheckoutAppDeps extends OrderClients {
  readonly cart: CartClient;
  readonly wallet: WalletClient;
  readonly workflows: CheckoutWorkflows;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: CheckoutConfig;
}

// Much shorter than the time for which an order is left to the process that accepted it (ORDER_START_DELAY_SECONDS).
const markDelayMs = 1000;
/**
 * While no order is unstarted the sweep pauses longer, but no longer than ORDER_START_DELAY_SECONDS: it still learns of
 * each order before the order is due.
 */
const idle = { factor: 5, longestMs: 5000 };
const retryAfterSeconds = 10;
const startPauseMs = { min: 250, max: 5000 };
const temporalCheckMs = 10_000;

/**
 * The checkout service: accepts checkouts and starts their workflows. It stores nothing: after a crash the sweeps find
 * in the order service what was lost (rules S3 and S30). It accepts checkouts without Temporal, so it is ready without
 * it.
 */
export function buildCheckout(clients: CheckoutAppDeps): Service {
  const { workflows, logger, registry, config } = clients;
  const orders = createOrders(clients);
  const metrics = createCheckoutMetrics(registry);
  const { maxUnstartedSeconds, startsInFlight: maxInFlight, startsWaiting: maxWaiting } = config;
  const marks = createStartedMarks({ orders, logger }, markDelayMs);
  const starter = new CheckoutStarter(
    {
      workflows,
      logger,
      // A mark is written together with those of other checkouts, so it must not end with this request.
      onStarted: (orderId) => outsideRequests(() => marks.add(orderId)),
      onOutcome: metrics.startTried,
      onLeft: () => unstarted?.soon(),
    },
    { maxInFlight, maxWaiting, pauseMs: startPauseMs },
  );
  metrics.measureStarter(starter);
  const deps: CheckoutDeps = {
    carts: createCarts(clients.cart),
    wallets: createWallets(clients.wallet),
    orders,
    workflows,
    starter,
    backlogLimit: createBacklogLimit({ maxUnstartedSeconds, retryAfterSeconds }),
    metrics,
    logger,
  };
  let unstarted: Loop | undefined;
  let loops: readonly Loop[] = [];

  return {
    role: 'checkout',
    routes: publicRoutes(deps),
    checks: {},
    start: async () => {
      unstarted = startUnstartedSweep(deps, config);
      loops = [unstarted, ...startLoops(deps, config)];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await starter.stop();
      await marks.stop();
    },
  };
}

function startUnstartedSweep(deps: CheckoutDeps, { sweepSeconds, startLeaseSeconds }: CheckoutConfig): Loop {
  const pauseMs = sweepSeconds * 1000;
  const idleMs = Math.min(idle.factor * pauseMs, idle.longestMs);
  return startLoop({ name: 'sweep of unstarted checkouts', pauseMs, idleMs, logger: deps.logger }, () =>
    sweepUnstarted(deps, { leaseSeconds: startLeaseSeconds }),
  );
}

function startLoops(deps: CheckoutDeps, config: CheckoutConfig): Loop[] {
  const { workflows, metrics, logger } = deps;
  const { stalledSeconds } = config;
  return [
    startLoop(
      {
        name: 'sweep of stalled checkouts',
        pauseMs: config.stalledSweepSeconds * 1000,
        maxPauseMs: Math.max(30_000, config.stalledSweepSeconds * 1000),
        logger,
      },
      () => sweepStalled(deps, { stalledSeconds }),
    ),
    startLoop({ name: 'look for Temporal', pauseMs: temporalCheckMs, logger }, async () => {
      await workflows.check().catch((error: unknown) => {
        metrics.setTemporalReachable(false);
        throw error;
      });
      metrics.setTemporalReachable(true);
    }),
  ];
}
