import type { Cell } from './plan.ts';
import type { Hazard, Passing } from '../support/wire.ts';

/** Kills that are asked for within this time become one. It is shorter than the worker waits for any answer. */
const gatherMs = 500;

/** What is planned for an order, and what has happened so far. */
export interface Fate {
  readonly cell: Cell;
  /** Resolves when the mishap hits the first call of the cell's step. */
  readonly struck: Promise<void>;
  readonly isStruck: () => boolean;
  /** Resolves when the worker has been killed for this order. */
  readonly workerKilled: Promise<void>;
  /** Resolves when the checkout is held up before its payment, so that it can be cancelled. */
  readonly cancellable: Promise<void>;
}

export interface Hazards {
  readonly hazard: Hazard;
  readonly plan: (orderId: string, cell: Cell) => Fate;
  /** Resolves when no call is under way any more, late calls included. */
  readonly idle: () => Promise<void>;
  readonly kills: () => number;
  /** True if a planned mishap has not happened yet. */
  readonly isUnderWay: () => boolean;
}

interface Planned extends Fate {
  readonly strike: () => void;
  readonly stand: () => void;
  readonly tellKilled: () => void;
  /** Resolves when the call after the one with the mishap was answered. */
  readonly repeated: PromiseWithResolvers<void>;
  calls: number;
}

/** @param killWorker kills the worker, and starts another if mishaps are still to come */
export function createHazards(killWorker: () => Promise<void>): Hazards {
  const plans = new Map<string, Planned>();
  const under = new Set<Promise<unknown>>();
  const killer = gatheringKiller(killWorker);

  async function judge(passing: Passing): ReturnType<Hazard> {
    const planned = [...plans].find(([orderId]) => passing.mentions(orderId))?.[1];
    if (planned === undefined) return await passing.deliver();
    const { cell, repeated } = planned;
    if (cell.story === 'cancels before paying' && passing.method === 'products.StockService/Reserve') {
      planned.stand();
      await passing.abandoned;
      return 'lost';
    }
    if (passing.method !== cell.step) return await passing.deliver();
    planned.calls++;
    if (planned.calls === 1) {
      planned.strike();
      const kill = () => killer.kill().finally(planned.tellKilled);
      return await befall(cell, passing, kill, repeated.promise);
    }
    return await passing.deliver().finally(repeated.resolve);
  }

  return {
    hazard(passing) {
      const judged = judge(passing);
      const tracked = judged.catch(() => undefined).finally(() => under.delete(tracked));
      under.add(tracked);
      return judged;
    },
    plan(orderId, cell) {
      const struck = Promise.withResolvers<void>();
      const stands = Promise.withResolvers<void>();
      const workerKilled = Promise.withResolvers<void>();
      const planned: Planned = {
        cell,
        struck: struck.promise,
        isStruck: () => planned.calls > 0,
        workerKilled: workerKilled.promise,
        cancellable: stands.promise,
        strike: struck.resolve,
        stand: stands.resolve,
        tellKilled: workerKilled.resolve,
        repeated: Promise.withResolvers<void>(),
        calls: 0,
      };
      plans.set(orderId, planned);
      return planned;
    },
    async idle() {
      while (under.size > 0) await Promise.all(under);
    },
    kills: killer.count,
    isUnderWay: () => [...plans.values()].some(({ calls }) => calls === 0),
  };
}

async function befall(
  { mishap, killed }: Cell,
  passing: Passing,
  kill: () => Promise<void>,
  repeated: Promise<void>,
): ReturnType<Hazard> {
  const gone = () => (killed ? kill() : passing.abandoned);
  switch (mishap) {
    case 'the request is lost':
      await gone();
      return 'lost';
    case 'the reply is lost after the commit':
      await passing.deliver();
      if (killed) await kill();
      return 'lost';
    case 'it is delivered twice at once': {
      const [answer] = await Promise.all([passing.deliver(), passing.deliver()]);
      if (killed) await kill();
      return answer;
    }
    case 'it arrives after the caller gave up':
      await gone();
      await repeated;
      await passing.deliver();
      return 'lost';
  }
}

/** Makes one kill of all that are asked for within `gatherMs`. */
function gatheringKiller(killWorker: () => Promise<void>) {
  let gathering: Promise<void> | undefined;
  let count = 0;
  async function gather(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    gathering = undefined;
    count++;
    await killWorker();
  }
  return { kill: () => (gathering ??= gather()), count: () => count };
}
