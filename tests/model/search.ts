/** Searches every interleaving of events. The search is breadth first, so it finds the shortest way to a violation. */

export interface Event<S> {
  readonly says: string;
  readonly next: S;
  /** True if the system does it without a fault and without anybody else's action. */
  readonly own: boolean;
}

export interface Model<S> {
  readonly initial: S;
  readonly encode: (state: S) => string;
  readonly events: (state: S) => readonly Event<S>[];
  /** The first promise that this state breaks, if it breaks one. */
  readonly violation: (state: S) => string | undefined;
  /** The promise that the change from one state to another breaks, if it breaks one. */
  readonly badStep: (before: S, after: S) => string | undefined;
  /** True if nothing is left to do. */
  readonly atRest: (state: S) => boolean;
}

export interface Violation<S> {
  readonly promise: string;
  readonly story: readonly { readonly says: string; readonly state: S }[];
}

export interface Result<S> {
  readonly states: number;
  readonly events: number;
  /** The states in which nothing is left to do. */
  readonly resting: readonly S[];
  readonly violation: Violation<S> | undefined;
}

/** The states found so far, numbered; how each was first reached; and which states follow which without a fault. */
class Seen<S> {
  readonly states: S[] = [];
  readonly cameFrom: number[] = [];
  readonly cameBy: string[] = [];
  readonly ownFrom: number[] = [];
  readonly ownTo: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #encode: (state: S) => string;

  constructor(encode: (state: S) => string) {
    this.#encode = encode;
  }

  /** Gives the state's number, and whether the state is new. */
  add(state: S, from: number, says: string): readonly [number, boolean] {
    const key = this.#encode(state);
    const known = this.#numbers.get(key);
    if (known !== undefined) return [known, false];
    const number = this.states.push(state) - 1;
    this.#numbers.set(key, number);
    this.cameFrom.push(from);
    this.cameBy.push(says);
    return [number, true];
  }

  story(number: number): Violation<S>['story'] {
    const story: { says: string; state: S }[] = [];
    for (let at = number; at >= 0; at = this.cameFrom[at] ?? -1) {
      const state = this.states[at];
      if (state !== undefined) story.unshift({ says: this.cameBy[at] ?? '', state });
    }
    return story;
  }

  /** The first state from which the system cannot come to rest without help. -1 if there is none. */
  stuck(resting: readonly number[]): number {
    const into = this.states.map((): number[] => []);
    for (const [index, to] of this.ownTo.entries()) into[to]?.push(this.ownFrom[index] ?? 0);
    const ends = new Uint8Array(this.states.length);
    const queue = [...resting];
    for (const number of queue) ends[number] = 1;
    for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
      for (const from of into[number] ?? []) {
        if (ends[from] === 0) {
          ends[from] = 1;
          queue.push(from);
        }
      }
    }
    return ends.indexOf(0);
  }
}

/** Searches until a promise is broken or no new state is left. @throws Error if there are more than `limit` states */
export function search<S>(model: Model<S>, limit = 2_000_000): Result<S> {
  const seen = new Seen(model.encode);
  const resting: number[] = [];
  let events = 0;
  const result = (violation?: Violation<S>): Result<S> => ({
    states: seen.states.length,
    events,
    resting: resting.flatMap((number) => seen.states[number] ?? []),
    violation,
  });
  seen.add(model.initial, -1, 'at first');
  for (let number = 0; number < seen.states.length; number++) {
    const state = seen.states[number];
    if (state === undefined || number > limit) throw new Error(`the model has more than ${limit} states`);
    if (model.atRest(state)) resting.push(number);
    for (const { says, next, own } of model.events(state)) {
      events++;
      const [to, isNew] = seen.add(next, number, says);
      if (own) {
        seen.ownFrom.push(number);
        seen.ownTo.push(to);
      }
      const promise = model.badStep(state, next) ?? (isNew ? model.violation(next) : undefined);
      if (promise) return result({ promise, story: [...seen.story(number), { says, state: next }] });
    }
  }
  const stuck = seen.stuck(resting);
  return result(
    stuck < 0 ? undefined : { promise: 'the order ends, whatever has happened before', story: seen.story(stuck) },
  );
}
