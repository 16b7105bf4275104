import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError, failedPrecondition } from '../../errors/app-error.ts';
import { checkModel, type ModelCheck } from './check-model.ts';
import type { Model, Round, System } from './model.ts';
import { explain } from './orders.ts';
import { readModelSettings, type ModelSettings } from './settings.ts';

type Step = 'add' | 'take';
interface Counter {
  value: number;
}

/** A counter that refuses to go below zero. */
const model: Model<Step, Counter> = {
  take: (counter, step) => {
    if (step === 'take' && counter.value === 0) return 'OUT_OF_STOCK';
    counter.value += step === 'add' ? 1 : -1;
    return `${counter.value}`;
  },
  show: ({ value }) => `${value}`,
  tell: (step) => (step === 'add' ? 'one is added' : 'one is taken'),
};

/** Correct only if no other step comes between its read and its write. */
function raceable(counter: Counter, pause?: () => Promise<unknown>): System<Step> {
  return {
    perform: async (step) => {
      const { value } = counter;
      if (pause !== undefined) await pause();
      if (step === 'take' && value === 0) throw failedPrecondition('OUT_OF_STOCK', 'nothing is left');
      counter.value = value + (step === 'add' ? 1 : -1);
      return `${counter.value}`;
    },
    look: async () => `${counter.value}`,
  };
}

function counting(system: (counter: Counter) => System<Step>, of = model): ModelCheck<Step, Counter> {
  return {
    name: 'a counter',
    model: of,
    step: fc.constantFrom<Step[]>('add', 'take'),
    open: async () => ({
      begin: async () => ({ state: { value: 0 }, system: system({ value: 0 }) }),
      checkInvariants: async () => undefined,
      close: async () => undefined,
    }),
  };
}

const settings: ModelSettings = { runs: 100, seed: 1, path: undefined };

async function storyOf(check: ModelCheck<Step, Counter>, given: ModelSettings = settings): Promise<string> {
  const error: unknown = await checkModel(check, given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message : 'no divergence';
}

describe('a model check', () => {
  test('passes a system that takes one step at a time', async () => {
    expect(await storyOf(counting((counter) => raceable(counter)))).toBe('no divergence');
  });

  test('describes a lost update in two steps and in words', async () => {
    const told = await storyOf(counting((counter) => raceable(counter, () => delay(3))));
    expect(told).toContain(`At first there is: 0
1. at the same time:
   (a) one is added → 1
   (b) one is added → 1
   there is: 1
The model allows no such round, only:
   (a) 1, then (b) 2; and there is: 2
   (b) 1, then (a) 2; and there is: 2
Repeat it with MODEL_SEED=1 MODEL_PATH=`);
  });

  test('repeats a failure from the seed and path that it printed', async () => {
    const check = counting((counter) => raceable(counter, () => delay(3)));
    const told = await storyOf(check);
    const [, MODEL_SEED, MODEL_PATH] = /MODEL_SEED=(\d+) MODEL_PATH=([\d:]+)/.exec(told) ?? [];
    const again = await storyOf(check, { ...readModelSettings({ MODEL_SEED, MODEL_PATH }), runs: 100 });
    expect(again).toContain(
      'after 1 sequences:\nAt first there is: 0\n1. at the same time:\n   (a) one is added → 1\n',
    );
  });

  test('finds a wrong answer, a wrong state and a defect without any concurrency', async () => {
    const wrong = (over: (right: System<Step>, counter: Counter) => Partial<System<Step>>) =>
      storyOf(
        counting((counter) => {
          const right = raceable(counter);
          return { ...right, ...over(right, counter) };
        }),
      );
    expect(await wrong(() => ({ perform: async () => '7' }))).toContain('1. one is added → 7\n');
    expect(await wrong(() => ({ look: async () => '7' }))).toContain('there is: 7\nThe model allows no such round');
    const defect = () => Promise.reject(new Error('deadlock detected'));
    expect(await wrong(() => ({ perform: defect }))).toContain('1. one is added → throws: deadlock detected\n');
  });
});

describe('the explanation of a round', () => {
  /** The first step wins. Only `ask` shows which one it was. */
  const race: Model<string, { first: string }> = {
    take: (state, step) => {
      if (step === 'ask') return state.first;
      state.first ||= step;
      return 'ok';
    },
    show: () => '',
    tell: (step) => step,
  };

  test('keeps all possible states until a later answer leaves one', () => {
    const states = explain(race, [{ first: '' }], { steps: ['add', 'take'], answers: ['ok', 'ok'], shown: '' });
    expect(states).toEqual([{ first: 'add' }, { first: 'take' }]);
    const asked = { steps: ['ask'], answers: ['take'], shown: '' };
    expect(explain(race, states, asked)).toEqual([{ first: 'take' }]);
    expect(explain(race, [{ first: 'add' }], asked)).toEqual([]);
  });

  test('lets other steps run between the parts of a step, and the last part answers', () => {
    const doubled: Model<Step, Counter> = { ...model, parts: (step) => (step === 'add' ? [step, step] : [step]) };
    const told = (answers: string[]): Round<Step> => ({ steps: ['add', 'take'], answers, shown: '1' });
    expect(explain(doubled, [{ value: 0 }], told(['2', '1']))).toEqual([{ value: 1 }]);
    expect(explain(doubled, [{ value: 0 }], told(['1', '0']))).toEqual([{ value: 1 }]);
    expect(explain(doubled, [{ value: 0 }], told(['1', '1']))).toEqual([]);
  });

  test('lets a step run in another way beside others only if the model says so', () => {
    const sparing: Model<Step, Counter> = {
      ...model,
      variants: (step, { after }) => (after.includes('add') ? [step, 'add'] : [step]),
    };
    const round: Round<Step> = { steps: ['take', 'add'], answers: ['1', '2'], shown: '2' };
    expect(explain(sparing, [{ value: 0 }], round)).toEqual([{ value: 2 }]);
    expect(explain(model, [{ value: 0 }], round)).toEqual([]);
    const alone: Round<Step> = { steps: ['take'], answers: ['1'], shown: '1' };
    expect(explain(sparing, [{ value: 0 }], alone)).toEqual([]);
  });
});

test('a call that finds the service busy is repeated, as a saga would', async () => {
  let calls = 0;
  const check = counting((counter) => {
    const right = raceable(counter);
    const busy = new AppError('unavailable', 'DATABASE_BUSY', 'try again');
    return { ...right, perform: (step) => (calls++ % 2 === 0 ? Promise.reject(busy) : right.perform(step)) };
  });
  expect(await checkModel(check, { ...settings, runs: 5 })).toBe(5);
  expect(calls).toBeGreaterThan(10);
});
