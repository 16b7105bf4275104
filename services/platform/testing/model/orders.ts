import { serialize } from 'node:v8';
import type { Beside, Model, Outcome, Round } from './model.ts';

/** What the model may do with steps that are called at the same time: in every order, each in each of its ways. */
export function* outcomes<Step, State>(
  model: Model<Step, State>,
  start: State,
  steps: readonly Step[],
  isHeard: (index: number, answer: string) => boolean = () => true,
): Generator<Outcome<State>> {
  for (const order of permutations(steps.map((_, index) => index))) yield* go(order, 0, start, new Map());

  function* go(
    order: readonly number[],
    at: number,
    state: State,
    answers: ReadonlyMap<number, string>,
  ): Generator<Outcome<State>> {
    const index = order[at];
    const step = index === undefined ? undefined : steps[index];
    if (index === undefined || step === undefined) {
      yield { order, answers: steps.map((_, each) => answers.get(each) ?? ''), state };
      return;
    }
    const pick = (indexes: readonly number[]) => steps.filter((_, other) => indexes.includes(other));
    const beside: Beside<Step, State> = { start, before: pick(order.slice(0, at)), after: pick(order.slice(at + 1)) };
    for (const variant of model.variants?.(step, beside) ?? [step]) {
      const next = structuredClone(state);
      const answer = model.take(next, variant, beside);
      if (isHeard(index, answer)) yield* go(order, at + 1, next, new Map([...answers, [index, answer]]));
    }
  }
}

/**
 * The states in which the model may be after a round that went like this; none if no order explains it. Several, where
 * orders differ in what can't be seen yet.
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

function permutations(list: readonly number[]): readonly (readonly number[])[] {
  if (list.length === 0) return [[]];
  return list.flatMap((first) => permutations(list.filter((each) => each !== first)).map((rest) => [first, ...rest]));
}

/** Every choice from a list, for variants: none of it, all of it, and what is between. */
export function subsets<Item>(list: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = list;
  if (first === undefined) return [[]];
  const sets = subsets(rest);
  return [...sets, ...sets.map((set) => [first, ...set])];
}
