import { expect, test } from 'vitest';
import { checkModel, modelTimeoutMs, type ModelCheck } from './check-model.ts';
import { readModelSettings } from './settings.ts';

/**
 * Declares the test of a service against its model. The environment says how many sequences run, and from which seed.
 * @param claim the title of the test; the number of sequences is added to it
 */
export function modelTest<Step, State>(claim: string, check: ModelCheck<Step, State>): void {
  const settings = readModelSettings(process.env);
  test(`${claim}, in ${settings.runs} random sequences`, { timeout: modelTimeoutMs(settings) }, async () => {
    expect(await checkModel(check, settings)).toBeGreaterThanOrEqual(settings.runs);
  });
}
