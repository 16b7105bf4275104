import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

interface Limit {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

/** A call of a limiter whose counts the parent has. */
export interface LimitCall {
  readonly limit: Limit;
  readonly verb: 'consume' | 'get' | 'delete';
  readonly key: string;
}

interface LimitState {
  readonly remainingPoints: number;
  readonly msBeforeNext: number;
  readonly consumedPoints: number;
  readonly isFirstInDuration: boolean;
}

export interface LimitAnswer {
  readonly isRefused: boolean;
  /** Null if nothing is counted for the key, and after a `delete`. */
  readonly state: LimitState | null;
}

/** Answers calls of the children's limiters. They share the counts of each limit. */
export function createCounters(): (call: LimitCall) => Promise<LimitAnswer> {
  const limiters = new Map<string, RateLimiterMemory>();
  const limiterOf = (limit: Limit): RateLimiterMemory => {
    const known = limiters.get(limit.keyPrefix) ?? new RateLimiterMemory(limit);
    limiters.set(limit.keyPrefix, known);
    return known;
  };
  return async ({ limit, verb, key }) => {
    const limiter = limiterOf(limit);
    if (verb === 'delete') {
      await limiter.delete(key);
      return { isRefused: false, state: null };
    }
    try {
      const result = await (verb === 'get' ? limiter.get(key) : limiter.consume(key));
      return { isRefused: false, state: result && stateOf(result) };
    } catch (error) {
      if (error instanceof RateLimiterRes) return { isRefused: true, state: stateOf(error) };
      throw error;
    }
  };
}

function stateOf({ remainingPoints, msBeforeNext, consumedPoints, isFirstInDuration }: RateLimiterRes): LimitState {
  return { remainingPoints, msBeforeNext, consumedPoints, isFirstInDuration };
}

function resultOf({ remainingPoints, msBeforeNext, consumedPoints, isFirstInDuration }: LimitState): RateLimiterRes {
  return new RateLimiterRes(remainingPoints, msBeforeNext, consumedPoints, isFirstInDuration);
}

/** A limiter whose counts the parent has, so that a client gets no more attempts by meeting several processes. */
export class SharedLimiter extends RateLimiterMemory {
  readonly #limit: Limit;
  readonly #ask: (call: LimitCall) => Promise<LimitAnswer>;

  constructor(limit: Limit, ask: (call: LimitCall) => Promise<LimitAnswer>) {
    super(limit);
    this.#limit = limit;
    this.#ask = ask;
  }

  async #call(verb: LimitCall['verb'], key: string | number): Promise<LimitAnswer> {
    return this.#ask({ limit: this.#limit, verb, key: String(key) });
  }

  override async consume(key: string | number): Promise<RateLimiterRes> {
    const { isRefused, state } = await this.#call('consume', key);
    if (state === null) throw new Error('the parent did not count the attempt');
    // The limiters of the library reject with their state.
    if (isRefused) throw resultOf(state);
    return resultOf(state);
  }

  override async get(key: string | number): Promise<RateLimiterRes | null> {
    const { state } = await this.#call('get', key);
    return state && resultOf(state);
  }

  override async delete(key: string | number): Promise<boolean> {
    await this.#call('delete', key);
    return true;
  }
}
