import { parseArgs } from 'node:util';
import { UsageFailure } from '../bootstrap/failure.mjs';
import { wholeNumber } from './whole-number.ts';

/** What is to be shown: the story, or with `chaos` how processes die while customers shop. */
export interface DemoOptions {
  readonly chaos: boolean;
  /** What is killed and when, and what the customers do, follow from it. Undefined if none was asked for. */
  readonly seed: number | undefined;
  /** How long processes are killed. */
  readonly seconds: number;
}

const optionsOfDemo = { chaos: { type: 'boolean' }, seed: { type: 'string' }, seconds: { type: 'string' } } as const;
const usualSeconds = 60;
const longestSeconds = 600;

/** The launcher reads them before it starts anything, so that a mistake costs no time; the demo reads them again. */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const { chaos = false, seed, seconds } = parsed(args);
  return {
    chaos,
    seed: seed === undefined ? undefined : wholeNumber('--seed', seed, 2 ** 32 - 1),
    seconds: seconds === undefined ? usualSeconds : wholeNumber('--seconds', seconds, longestSeconds),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionsOfDemo }).values;
  } catch (cause) {
    const suggestion = 'It takes --chaos, with --seed N and --seconds N if you like, and --keep.';
    throw new UsageFailure(cause instanceof Error ? cause.message : String(cause), { suggestion, cause });
  }
}
