import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Activities } from '../workflows/contract/checkout.ts';
import { refusedWith } from '../workflows/contract/refusal.ts';

type Step = (input: never) => Promise<unknown>;

/**
 * The steps, each of which tells the log how it ended: one line for each try. A regular one that got no answer is tried
 * again by Temporal; a local one goes on as a regular one.
 */
export function toldSteps(steps: Activities, logger: Logger): Activities {
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [name, told(name, step, logger)]),
  ) as unknown as Activities;
}

function told(step: string, run: Step, logger: Logger): Step {
  return async (input) => {
    const startedAt = performance.now();
    const about = () => {
      const { attempt, isLocal } = activityInfo();
      return { step, durationMs: Math.round(performance.now() - startedAt), ...(isLocal ? { isLocal } : { attempt }) };
    };
    try {
      const result = await run(input);
      logger.info(about(), 'step done');
      return result;
    } catch (error) {
      const failure = refusedWith(error);
      if (failure === undefined) {
        const reason = error instanceof ApplicationFailure ? error.type : undefined;
        logger.warn({ ...about(), reason, err: error }, 'step got no answer; it will be tried again');
      } else {
        logger.info({ ...about(), reason: failure.reason, why: failure.message }, 'step refused');
      }
      throw error;
    }
  };
}
