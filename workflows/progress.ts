import { setCurrentDetails } from '@temporalio/workflow';
import type { CheckoutProgress, StepState } from './contract/checkout.ts';

const marks: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: '…',
  done: '✓',
  refused: '✗',
  retrying: '↻',
  stopped: '–',
};

/** What Temporal's UI shows of a workflow to somebody who does not read code. It adds no event to the history. */
export interface Progress {
  stage(title: string): void;
  set(step: string, state: StepState, note?: string): void;
  now(): CheckoutProgress;
}

export function createProgress(firstStage: string): Progress {
  let stage = firstStage;
  const steps = new Map<string, { readonly state: StepState; readonly note?: string }>();
  const show = () => {
    const lines = [...steps].map(([step, { state, note }]) => `- ${marks[state]} ${step}${note ? `: ${note}` : ''}`);
    setCurrentDetails([`**${stage}**`, '', ...lines].join('\n'));
  };
  show();
  return {
    stage(title) {
      stage = title;
      show();
    },
    set(step, state, note) {
      steps.set(step, note === undefined ? { state } : { state, note });
      show();
    },
    now: () => ({ stage, steps: Object.fromEntries(steps) }),
  };
}
