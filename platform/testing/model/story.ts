import type { Model, Round } from './model.ts';
import { outcomes } from './orders.ts';

/** Describes a sequence whose last round the model does not explain, one line for each step. */
export function story<Step, State>(
  model: Model<Step, State>,
  begin: State,
  rounds: readonly Round<Step>[],
  /** The possible states of the model before the last round. */
  states: readonly State[],
): string {
  const lines = rounds.flatMap((round, index) => [...tellRound(model, round, `${index + 1}.`)]);
  const last = rounds.at(-1);
  if (last === undefined) return '';
  const allowed = states.flatMap((state) => [...outcomes(model, state, last.steps)]);
  const words = allowed.map(({ order, answers, state }) => {
    const heard = order.map((index) => `${letter(last, index)}${answers[index]}`).join(', then ');
    return `   ${heard}; and there is: ${model.show(state)}`;
  });
  return [
    `At first there is: ${model.show(begin) || 'nothing'}`,
    ...lines,
    'The model allows no such round, only:',
    ...new Set(words),
  ].join('\n');
}

function* tellRound<Step, State>(model: Model<Step, State>, round: Round<Step>, number: string): Generator<string> {
  const isAtOnce = round.steps.length > 1;
  if (isAtOnce) yield `${number} at the same time:`;
  for (const [index, step] of round.steps.entries()) {
    const told = `${letter(round, index)}${model.tell(step)} → ${round.answers[index]}`;
    yield isAtOnce ? `   ${told}` : `${number} ${told}`;
  }
  yield `   there is: ${round.shown}`;
}

/** The letter of a step, if its round has several. */
function letter(round: Round<unknown>, index: number): string {
  return round.steps.length > 1 ? `(${'abc'[index]}) ` : '';
}
