import type { Logger } from 'pino';
import type { PlacedOrder } from '../../../proto/placed-order.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { CheckoutWorkflows } from '../ports.ts';

export interface StarterLimits {
  /** Starts under way at once. */
  readonly maxInFlight: number;
  /** Orders that wait here for their start; more are left to the sweep, so that a spike costs rows, not memory. */
  readonly maxWaiting: number;
  /** The pause after a failed start: doubles from the first to the last while starts fail. */
  readonly pauseMs: { readonly min: number; readonly max: number };
}

/** `exists`: the workflow was started before. */
export type StartOutcome = 'started' | 'exists' | 'failed';

export interface StarterDeps {
  readonly workflows: Pick<CheckoutWorkflows, 'start'>;
  /** Told each order whose workflow is started. */
  readonly onStarted: (orderId: string) => void;
  readonly onOutcome: (outcome: StartOutcome) => void;
  readonly logger: Logger;
}

export interface Starter {
  /** Takes an order to start, first come first served; false if it is left to the sweep. Never waits. */
  offer(order: PlacedOrder): boolean;
  /** Like `offer`, for orders that waited already: they come before new ones while there is a backlog. */
  offerClaimed(order: PlacedOrder): boolean;
  /** While there is one, new orders are left to the sweep, which hands out the oldest first. */
  setBacklog(exists: boolean): void;
  /** How many more orders may wait here. */
  room(): number;
  size(): { readonly waiting: number; readonly inFlight: number };
  /** Takes no more, and returns when the starts under way are over. What waits is left to the sweep. */
  stop(): Promise<void>;
}

/**
 * Starts workflows with a bounded number of starts in flight. After a failure only one start at a time is tried, with
 * growing pauses, until one succeeds. What failed because Temporal is away waits here behind the others, since the
 * sweep finds it only when its lease is over; what failed otherwise, or has no room, is left to the sweep.
 */
export class CheckoutStarter implements Starter {
  readonly #deps: StarterDeps;
  readonly #limits: StarterLimits;
  readonly #waiting = new Map<string, PlacedOrder>();
  readonly #inFlight = new Map<string, Promise<void>>();
  #backlog = false;
  #stopped = false;
  /** Above 0 while starts fail. */
  #pauseMs = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(deps: StarterDeps, limits: StarterLimits) {
    this.#deps = deps;
    this.#limits = limits;
  }

  offer(order: PlacedOrder): boolean {
    if (this.#backlog) return false;
    const taken = this.offerClaimed(order);
    if (!taken) this.#backlog = true;
    return taken;
  }

  offerClaimed(order: PlacedOrder): boolean {
    const { orderId } = order;
    if (this.#waiting.has(orderId) || this.#inFlight.has(orderId)) return true;
    if (this.#stopped || this.room() === 0) return false;
    this.#waiting.set(orderId, order);
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
    await Promise.all(this.#inFlight.values());
  }

  #mayLaunch(): boolean {
    const most = this.#pauseMs > 0 ? 1 : this.#limits.maxInFlight;
    return !this.#stopped && this.#pause === undefined && this.#inFlight.size < most;
  }

  #pump(): void {
    while (this.#mayLaunch()) {
      const [order] = this.#waiting.values();
      if (order === undefined) return;
      this.#waiting.delete(order.orderId);
      this.#inFlight.set(order.orderId, this.#launch(order));
    }
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
      this.#deps.logger.warn({ err: error, orderId }, 'checkout not started; it will be tried again');
      if (isAway(error) && !this.#stopped && this.room() > 0) this.#waiting.set(orderId, order);
      this.#rest();
    } finally {
      this.#inFlight.delete(orderId);
      this.#pump();
    }
  }

  /** Starts that were in flight together fail together: that is one failure. */
  #rest(): void {
    if (this.#pause !== undefined || this.#stopped) return;
    const { min, max } = this.#limits.pauseMs;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, min), max);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#pump();
    }, this.#pauseMs);
  }
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}
