import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../errors/app-error.ts';
import { patiently } from '../contention.ts';
import type { Model, Round, System } from './model.ts';
import { explain } from './orders.ts';
import type { ModelSettings } from './settings.ts';
import { story } from './story.ts';

/** A separate database. Sequences of different lanes run at the same time and share no data. */
export interface Lane<Step, State> {
  readonly begin: () => Promise<{ readonly state: State; readonly system: System<Step> }>;
  /** Checks the service's invariants on all data that the sequences have left. */
  readonly checkInvariants: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ModelCheck<Step, State> {
  readonly name: string;
  readonly model: Model<Step, State>;
  readonly step: fc.Arbitrary<Step>;
  readonly open: () => Promise<Lane<Step, State>>;
}

/** A step of a sequence. If `joins`, it is called `lagMs` after the step before, otherwise after that step's answer. */
interface Call<Step> {
  readonly step: Step;
  readonly joins: boolean;
  readonly lagMs: number;
}

const stepsAtMost = 12;
const atOnceAtMost = 3;
/** A race does not happen each time. While a failure is made shorter, each sequence runs so often before it passes. */
const shrinkRuns = 8;
const longRuns = 1000;

/** How long a test of `runs` sequences may take, on a machine that has other work. */
export function modelTimeoutMs({ runs }: ModelSettings): number {
  return 120_000 + runs * 1000;
}

/**
 * Runs random sequences of rounds on the service and on its model. The steps of a round are called at the same time. A
 * round passes if some order of its steps gives the same answers and the same visible state in the model.
 * @returns how many sequences have passed
 * @throws Error with the shortest story that the model does not allow, and how to repeat it
 */
export async function checkModel<Step, State>(
  check: ModelCheck<Step, State>,
  settings: ModelSettings,
): Promise<number> {
  const { runs, seed, path } = settings;
  const lanes = runs < longRuns || path !== undefined ? 1 : 3;
  const done = await Promise.all(
    Array.from({ length: lanes }, async (_, index) => {
      const lane = await check.open();
      try {
        const count = await checkLane(check, lane, { runs: Math.ceil(runs / lanes), seed: seed + index, path });
        await lane.checkInvariants();
        return count;
      } finally {
        await lane.close();
      }
    }),
  );
  return done.reduce((sum, count) => sum + count, 0);
}

async function checkLane<Step, State>(
  { name, model, step }: ModelCheck<Step, State>,
  lane: Lane<Step, State>,
  { runs, seed, path }: ModelSettings,
): Promise<number> {
  const began = Date.now();
  let done = 0;
  let told: string | undefined;
  const property = fc.asyncProperty(sequences(step), async (calls) => {
    for (let count = told === undefined ? 1 : shrinkRuns; count > 0; count--) {
      const found = await findDivergence(model, lane, roundsOf(calls));
      if (found === undefined) continue;
      told = found;
      throw new Error(found);
    }
    done++;
    if (runs >= longRuns / 4 && done % 250 === 0) {
      console.log(`${name} (seed ${seed}): ${done} of ${runs} sequences, ${Math.round((Date.now() - began) / 1000)} s`);
    }
  });
  const result = await fc.check(property, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) });
  if (!result.failed) return done;
  const repeat = `MODEL_SEED=${seed} MODEL_PATH=${result.counterexamplePath}`;
  const reason = result.errorInstance instanceof Error ? (told ?? result.errorInstance.stack) : 'the run was cut short';
  throw new Error(`${name}, after ${result.numRuns} sequences:\n${reason}\nRepeat it with ${repeat}`);
}

function sequences<Step>(step: fc.Arbitrary<Step>): fc.Arbitrary<Call<Step>[]> {
  const call = fc.record({ step, joins: fc.boolean(), lagMs: fc.constantFrom(0, 0, 0, 1, 2) });
  return fc.array(call, { minLength: 1, maxLength: stepsAtMost, size: 'max' });
}

function roundsOf<Step>(calls: readonly Call<Step>[]): readonly (readonly Call<Step>[])[] {
  const rounds: Call<Step>[][] = [];
  for (const call of calls) {
    const open = rounds.at(-1);
    if (open !== undefined && call.joins && open.length < atOnceAtMost) open.push(call);
    else rounds.push([call]);
  }
  return rounds;
}

/** Runs a sequence. @returns the story up to the first round that the model does not explain, or undefined */
async function findDivergence<Step, State>(
  model: Model<Step, State>,
  lane: Lane<Step, State>,
  rounds: readonly (readonly Call<Step>[])[],
): Promise<string | undefined> {
  const { state, system } = await lane.begin();
  const taken: Round<Step>[] = [];
  let states: readonly State[] = [state];
  try {
    for (const calls of rounds) {
      const round = await take(system, calls);
      taken.push(round);
      const next = explain(model, states, round);
      if (next.length === 0) return story(model, state, taken, states);
      states = next;
    }
    return undefined;
  } finally {
    await system.leave?.();
  }
}

async function take<Step>(system: System<Step>, calls: readonly Call<Step>[]): Promise<Round<Step>> {
  const answers = await Promise.all(
    calls.map(async ({ step, lagMs }) => {
      if (lagMs > 0 && calls.length > 1) await delay(lagMs);
      return answerOf(() => system.perform(step));
    }),
  );
  return { steps: calls.map(({ step }) => step), answers, shown: await system.look() };
}

/** A refusal becomes its reason. Any other error, for example a deadlock, becomes an answer that no model allows. */
async function answerOf(call: () => Promise<string>): Promise<string> {
  try {
    return await patiently(call);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'definitive') return error.reason;
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    return `throws: ${cause instanceof Error ? cause.message : message}`;
  }
}
