import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createUtilizationMeter } from '../../platform/event-loop.ts';
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
import { createRush } from './domain/rush.ts';
import { CheckoutStarter } from './domain/starter.ts';
import { sweepStalled } from './domain/sweep-stalled.ts';
import { sweepUnstarted } from './domain/sweep-unstarted.ts';
import { createCheckoutMetrics } from './metrics.ts';
import type { CheckoutWorkflows } from './ports.ts';
import { internalRoutes, publicRoutes } from './routes.ts';

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

interface IdlePause {
  readonly factor: number;
  readonly longestMs: number;
}

/**
 * While no order is unstarted the sweep pauses longer. In one process, no longer than ORDER_START_DELAY_SECONDS: it still
 * learns of each order before the order is due. The others need not look so often for what that one finds.
 */
const idlePauses = { keeper: { factor: 5, longestMs: 5000 }, others: { factor: 30, longestMs: 30_000 } };
const retryAfterSeconds = 10;
const startPauseMs = { min: 250, max: 5000 };
/** A fast rush is one of 80 a second: more than one thread can run, whatever the machine. */
const rushLimits = {
  atOnce: 8,
  fast: { checkouts: 20, windowMs: 250 },
  waitMs: { slow: 1000, fast: 10_000 },
};
const utilizationWindowMs = 50;
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
  const rush = createRush({ ...rushLimits, utilization: createUtilizationMeter(utilizationWindowMs) });
  const starter = new CheckoutStarter(
    {
      workflows,
      logger,
      // A mark is written together with those of other checkouts, so it must not end with this request.
      onStarted: (orderId) => outsideRequests(() => marks.add(orderId)),
      onOutcome: metrics.startTried,
      rush,
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
    rush,
    backlogLimit: createBacklogLimit({ maxUnstartedSeconds, retryAfterSeconds }),
    metrics,
    logger,
  };
  let unstarted: Loop | undefined;
  const loops: Loop[] = [];

  return {
    role: 'checkout',
    routes: publicRoutes(deps),
    internalRoutes: internalRoutes(deps),
    checks: {},
    start: async () => {
      unstarted = startUnstartedSweep(deps, config, idlePauses.others);
      loops.push(unstarted, startLookForTemporal(deps));
    },
    startUpkeep: () => {
      void unstarted?.stop();
      unstarted = startUnstartedSweep(deps, config, idlePauses.keeper);
      loops.push(unstarted, startSweepOfStalled(deps, config));
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await starter.stop();
      await marks.stop();
    },
  };
}

/**
 * Every process sweeps unstarted checkouts: its starter takes a part of a backlog, and its own limit of the backlog
 * needs the age of the oldest. Each order is leased to one process.
 */
function startUnstartedSweep(deps: CheckoutDeps, config: CheckoutConfig, idle: IdlePause): Loop {
  const { sweepSeconds, startLeaseSeconds } = config;
  const pauseMs = sweepSeconds * 1000;
  const idleMs = Math.min(idle.factor * pauseMs, idle.longestMs);
  return startLoop({ name: 'sweep of unstarted checkouts', pauseMs, idleMs, logger: deps.logger }, () =>
    sweepUnstarted(deps, { leaseSeconds: startLeaseSeconds }),
  );
}

function startLookForTemporal({ workflows, metrics, logger }: CheckoutDeps): Loop {
  return startLoop({ name: 'look for Temporal', pauseMs: temporalCheckMs, logger }, async () => {
    await workflows.check().catch((error: unknown) => {
      metrics.setTemporalReachable(false);
      throw error;
    });
    metrics.setTemporalReachable(true);
  });
}

function startSweepOfStalled(deps: CheckoutDeps, { stalledSweepSeconds, stalledSeconds }: CheckoutConfig): Loop {
  const pauseMs = stalledSweepSeconds * 1000;
  const options = { name: 'sweep of stalled checkouts', pauseMs, maxPauseMs: Math.max(30_000, pauseMs) };
  return startLoop({ ...options, logger: deps.logger }, () => sweepStalled(deps, { stalledSeconds }));
}
