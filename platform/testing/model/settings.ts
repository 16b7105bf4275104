import { z } from 'zod';

const whole = z.coerce.number().int();

const schema = z.object({
  /** Number of sequences. The quality bar is 10,000. */
  MODEL_RUNS: whole.positive().default(60),
  /** As a failure prints it. */
  MODEL_SEED: whole.optional(),
  /** As a failure prints it. It leads directly to the shortest sequence that failed. */
  MODEL_PATH: z.string().optional(),
});

export interface ModelSettings {
  readonly runs: number;
  readonly seed: number;
  readonly path: string | undefined;
}

/** @throws ZodError that names each wrong setting */
export function readModelSettings(env: Readonly<Record<string, string | undefined>>): ModelSettings {
  const { MODEL_RUNS: runs, MODEL_SEED: seed, MODEL_PATH: path } = schema.parse(env);
  return { runs, seed: seed ?? Math.floor(Math.random() * 2 ** 31), path };
}
