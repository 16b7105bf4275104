import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import {
  currentRequest,
  inRequest,
  type Origin,
  type RequestContext,
} from '../../../platform/telemetry/request-context.ts';
import type { CheckoutWorkflows } from '../ports.ts';
import type { Rush } from './rush.ts';

export interface StarterLimits {
  /** The most starts in flight. */
  readonly maxInFlight: number;
  /** The most orders that wait in memory. The others are left to the sweep, so that a peak does not fill the memory. */
  readonly maxWaiting: number;
  /** The pause after a failed start. It doubles from `min` to `max` while starts fail. */
  readonly pauseMs: { readonly min: number; readonly max: number };
}

/** `exists`: the workflow was started before. */
export type StartOutcome = 'started' | 'exists' | 'failed';

export interface StarterDeps {
  readonly workflows: Pick<CheckoutWorkflows, 'start'>;
  /** Called for each order whose workflow is started. */
  readonly onStarted: (orderId: string) => void;
  readonly onOutcome: (outcome: StartOutcome) => void;
  readonly rush: Pick<Rush, 'maxWaitMs'>;
  /** Called when `offer` leaves an order to the sweep. */
  readonly onLeft: () => void;
  readonly logger: Logger;
}

export interface Starter {
  /**
   * Takes an order, to start it after the orders before it. Does not wait.
   * @returns false if the sweep has to start it
   */
  offer(order: PlacedOrder): boolean;
  /**
   * Like `offer`, for an order that the sweep has leased: it is taken even while there is a backlog.
   * @param origin the request that asked for the order, if it is known
   */
  offerClaimed(order: PlacedOrder, origin?: Origin): boolean;
  /** While there is a backlog, `offer` leaves new orders to the sweep, which takes the oldest first. */
  setBacklog(exists: boolean): void;
  /** How many more orders may wait in memory. */
  room(): number;
  size(): { readonly waiting: number; readonly inFlight: number };
  /** Takes no more orders and resolves when no start is in flight. Orders that wait are left to the sweep. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly order: PlacedOrder;
  readonly sinceMs: number;
  /** What the order was offered in: another order's request may launch it. */
  readonly context: RequestContext;
}

/** Pause between two looks at whether a rush is over. */
const lookMs = 25;

/**
 * Starts workflows with a bounded number of starts in flight (rule S3). In a rush it starts none, so that all checkouts
 * are accepted soon, but only as long as an order may wait for that. After a failure it tries one start at a time,
 * with growing pauses, until one succeeds. If Temporal was unavailable the order waits here again, because the sweep
 * finds it only after its lease; after any other failure, or without room, it is left to the sweep.
 */
export class CheckoutStarter implements Starter {
  readonly #deps: StarterDeps;
  readonly #limits: StarterLimits;
  readonly #waiting = new Map<string, Waiting>();
  readonly #inFlight = new Map<string, Promise<void>>();
  #backlog = false;
  #stopped = false;
  /** Above 0 while starts fail. */
  #pauseMs = 0;
  #pause: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;

  constructor(deps: StarterDeps, limits: StarterLimits) {
    this.#deps = deps;
    this.#limits = limits;
  }

  offer(order: PlacedOrder): boolean {
    const taken = !this.#backlog && this.offerClaimed(order);
    if (!taken) {
      this.#backlog = true;
      this.#deps.onLeft();
    }
    return taken;
  }

  offerClaimed(order: PlacedOrder, origin?: Origin): boolean {
    const { orderId } = order;
    if (this.#waiting.has(orderId) || this.#inFlight.has(orderId)) return true;
    if (this.#stopped || this.room() === 0) return false;
    this.#wait(order, origin);
    this.#pump();
    return true;
  }

  setBacklog(exists: boolean): void {
    this.#backlog = exists;
  }

  room(): number {
    return Math.max(0, this.#limits.maxWaiting - this.#waiting.size);
  }

  size(): { readonly waiting: number; readonly inFlight: number } {
    return { waiting: this.#waiting.size, inFlight: this.#inFlight.size };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#pause);
    clearTimeout(this.#look);
    await Promise.all(this.#inFlight.values());
  }

  #mayLaunch(): boolean {
    const most = this.#pauseMs > 0 ? 1 : this.#limits.maxInFlight;
    return !this.#stopped && this.#pause === undefined && this.#inFlight.size < most;
  }

  #wait(order: PlacedOrder, origin?: Origin): void {
    const { orderId } = order;
    const context = { ...(origin ?? currentRequest() ?? { requestId: randomUUID() }), orderId, userId: order.userId };
    this.#waiting.set(orderId, { order, sinceMs: performance.now(), context });
  }

  #pump(): void {
    while (this.#mayLaunch()) {
      const [first] = this.#waiting.values();
      if (first === undefined || this.#yields(first)) return;
      const { order, context } = first;
      this.#waiting.delete(order.orderId);
      this.#inFlight.set(
        order.orderId,
        inRequest(context, () => this.#launch(order)),
      );
    }
  }

  /** Whether the order has to wait because of a rush. It is looked at again soon. */
  #yields({ sinceMs }: Waiting): boolean {
    if (performance.now() - sinceMs >= this.#deps.rush.maxWaitMs()) return false;
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      this.#pump();
    }, lookMs);
    return true;
  }

  async #launch(order: PlacedOrder): Promise<void> {
    const { orderId } = order;
    try {
      const outcome = await this.#deps.workflows.start(order);
      this.#pauseMs = 0;
      this.#deps.onOutcome(outcome);
      this.#deps.onStarted(orderId);
    } catch (error) {
      this.#deps.onOutcome('failed');
      this.#deps.logger.warn({ err: error, orderId }, 'could not start a checkout; it will be tried again');
      if (isUnavailable(error) && !this.#stopped && this.room() > 0) this.#wait(order);
      this.#pauseStarts();
    } finally {
      this.#inFlight.delete(orderId);
      this.#pump();
    }
  }

  /** Starts that were in flight together fail together. They count as one failure, so the pause grows once. */
  #pauseStarts(): void {
    if (this.#pause !== undefined || this.#stopped) return;
    const { min, max } = this.#limits.pauseMs;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, min), max);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#pump();
    }, this.#pauseMs);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}
