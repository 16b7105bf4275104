import { within } from '../../../testkit/within.ts';
import type { Activities, ActivityMode } from '../../../workflows/contract/checkout.ts';
import type { Scenario } from '../support/scenario.ts';
import type { Hazard } from '../support/wire.ts';
import { openWiredWorker } from '../support/wired-worker.ts';
import type { Operator } from './temporal.ts';

/** The steps that a checkout tries locally first, in order, with the call of a service that each makes. */
const localSteps = {
  claimCart: 'cart.CartClaimService/Claim',
  reserveStock: 'products.StockService/Reserve',
  holdFunds: 'wallet.FundsService/Hold',
  captureFunds: 'wallet.FundsService/Capture',
  commitStock: 'products.StockService/Commit',
  completeOrder: 'order.OrderWriteService/Complete',
} as const satisfies Partial<Record<keyof Activities, string>>;
export type LocalStep = keyof typeof localSteps;
export const localStepNames = Object.keys(localSteps) as LocalStep[];
/** The modes that try steps locally, with the local activities of a checkout in which nothing happens. */
export const localActivities = {
  grouped: ['attemptCheckout'],
  'local-first': localStepNames,
} as const satisfies Partial<Record<ActivityMode, readonly string[]>>;
export type LocalMode = keyof typeof localActivities;

/** The only worker. A test decides after which step it dies. */
export interface MortalWorker {
  start(): Promise<void>;
  /**
   * Starts the worker, waits until this step of all these orders has taken effect, and kills it before it gets an answer.
   * False if a workflow's history tells of the step: then an answer took longer than a local activity waits.
   */
  dieAfter(step: LocalStep, orderIds: readonly string[]): Promise<boolean>;
}

interface Stop {
  readonly call: string;
  readonly awaited: Set<string>;
  readonly over: PromiseWithResolvers<void>;
}

const diesWithinMs = 150_000;

/** Stops the stack's workers. The new worker is not started yet. */
export async function openMortalWorker(run: Scenario, operator: Operator, mode: LocalMode): Promise<MortalWorker> {
  let stop: Stop | undefined;

  const hazard: Hazard = async (passing) => {
    const answer = await passing.deliver();
    const here = stop?.call === passing.method ? stop : undefined;
    const orderId = [...(here?.awaited ?? [])].find((id) => passing.mentions(id));
    if (here === undefined || orderId === undefined) return answer;
    here.awaited.delete(orderId);
    if (here.awaited.size === 0) {
      stop = undefined;
      await worker.kill();
      here.over.resolve();
    }
    await here.over.promise;
    return 'lost';
  };
  const worker = await openWiredWorker(run, hazard);

  return {
    start: () => worker.start(),
    async dieAfter(step, orderIds) {
      const over = Promise.withResolvers<void>();
      stop = { call: localSteps[step], awaited: new Set(orderIds), over };
      await Promise.all([worker.start(), within(over.promise, diesWithinMs)]);
      const known = await Promise.all(orderIds.map((orderId) => operator.steps(orderId)));
      const local = mode === 'grouped' ? 'attemptCheckout' : step;
      return known.every((steps) => !steps.local.includes(local) && !steps.regular.includes(step));
    },
  };
}
