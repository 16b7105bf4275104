import type { Design } from './design.ts';
import { asDesigned } from './design.ts';
import { events } from './events.ts';
import { atRest, badStep, violation } from './invariants.ts';
import type { Result, Violation } from './search.ts';
import { search } from './search.ts';
import type { State } from './state.ts';
import { initialState, encode } from './state.ts';

/**
 * Searches every interleaving of one checkout, its refund and its faults.
 * @param without rules of the design that are turned off
 */
export function searchCheckout(without: readonly (keyof Design)[] = []): Result<State> {
  const design: Design = { ...asDesigned, ...Object.fromEntries(without.map((rule) => [rule, false])) };
  return search<State>({
    initial: initialState,
    encode,
    events: (state) => events(state, design),
    violation,
    badStep,
    atRest,
  });
}

const changes = (before: State | undefined, after: State): string =>
  before === undefined
    ? ''
    : Object.entries(after)
        .filter(([field, value]) => field !== 'sent' && Reflect.get(before, field) !== value)
        .map(([field, value]) => `${field} ${String(Reflect.get(before, field))} → ${String(value)}`)
        .join(', ');

export const nothingBroken = 'every promise is kept';

/** Prints a violation as the shortest list of events that leads to it, each with what it changed. */
export function tell(violation: Violation<State> | undefined): string {
  if (!violation) return nothingBroken;
  const { promise, story } = violation;
  const lines = story.map(
    ({ says, state }, at) => `${String(at).padStart(3)}. ${says}\n       ${changes(story[at - 1]?.state, state)}`,
  );
  return [`Broken: ${promise}`, ...lines.map((line) => line.trimEnd())].join('\n');
}
