import { serialize } from 'node:v8';
import type { Beside, Model, Outcome, Round } from './model.ts';

interface Going<State> {
  readonly state: State;
  /** How many parts of each step are done. */
  readonly taken: readonly number[];
  /** The steps that are done, in the order of their ends. */
  readonly order: readonly number[];
  readonly answers: ReadonlyMap<number, string>;
}

/**
 * All that the model may do with steps that are called at the same time: every order, with every variant of each step.
 */
export function* outcomes<Step, State>(
  model: Model<Step, State>,
  start: State,
  steps: readonly Step[],
  isHeard: (index: number, answer: string) => boolean = () => true,
): Generator<Outcome<State>> {
  const parts = steps.map((step) => model.parts?.(step) ?? [step]);
  yield* go({ state: start, taken: steps.map(() => 0), order: [], answers: new Map() });

  function* go({ state, taken, order, answers }: Going<State>): Generator<Outcome<State>> {
    if (order.length === steps.length) {
      yield { order, answers: steps.map((_, index) => answers.get(index) ?? ''), state };
      return;
    }
    const before = order.flatMap((index) => steps.slice(index, index + 1));
    for (const [index, list] of parts.entries()) {
      const at = taken[index] ?? 0;
      const isLast = at === list.length - 1;
      const after = steps.filter((_, other) => other !== index && !order.includes(other));
      const beside: Beside<Step, State> = { start, before, after };
      for (const part of list.slice(at, at + 1)) {
        for (const variant of model.variants?.(part, beside) ?? [part]) {
          const next = structuredClone(state);
          const answer = model.take(next, variant, beside);
          if (isLast && !isHeard(index, answer)) continue;
          yield* go({
            state: next,
            taken: taken.with(index, at + 1),
            order: isLast ? [...order, index] : order,
            answers: isLast ? new Map([...answers, [index, answer]]) : answers,
          });
        }
      }
    }
  }
}

/**
 * The possible states of the model after a round. There is none if no order explains the round. There are several if
 * orders differ in what is not visible yet.
 */
export function explain<Step, State>(
  model: Model<Step, State>,
  starts: readonly State[],
  { steps, answers, shown }: Round<Step>,
): readonly State[] {
  const states = new Map<string, State>();
  for (const start of starts) {
    for (const { state } of outcomes(model, start, steps, (index, answer) => answers[index] === answer)) {
      if (model.show(state) === shown) states.set(serialize(state).toString('latin1'), state);
    }
  }
  return [...states.values()];
}

/** All subsets of a list, for variants. */
export function subsets<Item>(list: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = list;
  if (first === undefined) return [[]];
  const sets = subsets(rest);
  return [...sets, ...sets.map((set) => [first, ...set])];
}
