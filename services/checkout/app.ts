import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { startLoop, type Loop } from '../../platform/loop.ts';
import type { Service } from '../../platform/service.ts';
import { outsideRequests } from '../../platform/telemetry/request-context.ts';
import type { CheckoutConfig } from './config.ts';
import { createAdmission, type Admission } from './domain/admission.ts';
import type { Peers } from './domain/peers.ts';
import { createStartedMarks } from './domain/started-marks.ts';
import { CheckoutStarter, type Starter } from './domain/starter.ts';
import { sweepStalled } from './domain/sweep-stalled.ts';
import { sweepUnstarted } from './domain/sweep-unstarted.ts';
import { checkoutMetrics, measureStarter, type CheckoutMetrics } from './metrics.ts';
import { createPeers, type PeerClients } from './adapters/orders.ts';
import type { Checkouts } from './ports.ts';
import { checkoutRoutes } from './routes.ts';

export interface CheckoutDeps extends PeerClients {
  readonly checkouts: Checkouts;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly config: CheckoutConfig;
}

const markDelayMs = 200;
const retryAfterSeconds = 10;
const startPauseMs = { min: 250, max: 5000 };
const temporalCheckMs = 10_000;

/**
 * The checkout service: accepts checkouts and sees to it that their workflows run. It keeps nothing: what it forgets in
 * a crash, the sweeps find in the order service. No check of readiness asks Temporal, since accepting needs it not.
 */
export function buildCheckout(deps: CheckoutDeps): Service {
  const { checkouts, logger, registry, config } = deps;
  const peers = createPeers(deps);
  const metrics = checkoutMetrics(registry);
  const { maxUnstartedSeconds, startsInFlight: maxInFlight, startsWaiting: maxWaiting } = config;
  const admission = createAdmission({ maxUnstartedSeconds, retryAfterSeconds });
  const marks = createStartedMarks({ peers, logger }, markDelayMs);
  const starter = new CheckoutStarter(
    {
      checkouts,
      logger,
      // The note goes out with those of other checkouts, whatever becomes of this one's call.
      onStarted: (orderId) => outsideRequests(() => marks.add(orderId)),
      onOutcome: (outcome) => metrics.starts.inc({ outcome }),
    },
    { maxInFlight, maxWaiting, pauseMs: startPauseMs },
  );
  measureStarter(registry, starter);
  let loops: readonly Loop[] = [];

  return {
    role: 'checkout',
    routes: checkoutRoutes({ peers, starter, admission, checkouts, logger }),
    checks: {},
    start: async () => {
      loops = startSweeps(deps, { peers, starter, admission, metrics });
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await starter.stop();
      await marks.stop();
    },
  };
}

interface Parts {
  readonly peers: Peers;
  readonly starter: Starter;
  readonly admission: Admission;
  readonly metrics: CheckoutMetrics;
}

function startSweeps({ checkouts, logger, config }: CheckoutDeps, { peers, starter, admission, metrics }: Parts) {
  const { startLeaseSeconds: leaseSeconds, stalledSeconds } = config;
  const onSettled = (): void => metrics.settled.inc();
  return [
    startLoop({ name: 'sweep of unstarted checkouts', pauseMs: config.sweepSeconds * 1000, logger }, async () => {
      metrics.oldestUnstarted.set(await sweepUnstarted({ peers, starter, admission, leaseSeconds }));
    }),
    startLoop(
      {
        name: 'sweep of stalled checkouts',
        pauseMs: config.stalledSweepSeconds * 1000,
        maxPauseMs: Math.max(30_000, config.stalledSweepSeconds * 1000),
        logger,
      },
      () => sweepStalled({ peers, checkouts, onSettled, logger, stalledSeconds }),
    ),
    startLoop({ name: 'look for Temporal', pauseMs: temporalCheckMs, logger }, async () => {
      await checkouts.check().catch((error: unknown) => {
        metrics.temporalReachable.set(0);
        throw error;
      });
      metrics.temporalReachable.set(1);
    }),
  ];
}
