import { setCurrentDetails } from '@temporalio/workflow';
import type { CheckoutProgress, StepProgress, StepState } from './contract/checkout.ts';
import { plainText } from './markdown.ts';

const marks: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: '…',
  done: '✓',
  refused: '✗',
  retrying: '↻',
  stopped: '–',
};

// An undo or a refund is an activity of Temporal, and most of its time may be the wait for a worker.
const stepsHeading = '**Steps**, each with its time, waits for a worker and for another try included';

/** What Temporal's UI shows of a workflow to somebody who does not read code. It adds no event to the history. */
export interface Progress {
  stage(title: string): void;
  /** @param tookMs what the step itself measured: the workflow's clock stands still during a local activity */
  set(step: string, state: StepState, note?: string, tookMs?: number): void;
  now(): CheckoutProgress;
}

/** @param above Markdown between the stage and the steps @param below Markdown after the steps */
export function createProgress(firstStage: string, above: string, below: readonly string[] = []): Progress {
  let stage = firstStage;
  const steps = new Map<string, StepProgress>();
  const times = new Map<string, { readonly begunMs: number; measuredMs: number }>();
  const show = () => {
    const lines = [...steps].map(([step, progress]) => `- ${lineOf(step, progress)}`);
    const told = lines.length === 0 ? [] : [stepsHeading, '', ...lines, ''];
    setCurrentDetails([`**${plainText(stage)}**`, '', above, '', ...told, ...below].join('\n'));
  };

  /** How long a step took; undefined while it goes on. */
  function timeOf(step: string, state: StepState, measuredMs = 0): Pick<StepProgress, 'tookMs'> {
    const time = times.get(step) ?? { begunMs: Date.now(), measuredMs };
    times.set(step, time);
    time.measuredMs = Math.max(time.measuredMs, measuredMs);
    return ended.has(state) ? { tookMs: Math.max(time.measuredMs, Date.now() - time.begunMs) } : {};
  }

  show();
  return {
    stage(title) {
      stage = title;
      show();
    },
    set(step, state, note, tookMs) {
      steps.set(step, { state, ...(note === undefined ? {} : { note }), ...timeOf(step, state, tookMs) });
      show();
    },
    now: () => ({ stage, steps: Object.fromEntries(steps) }),
  };
}

const ended: ReadonlySet<StepState> = new Set(['done', 'refused', 'stopped']);

function lineOf(step: string, { state, note, tookMs }: StepProgress): string {
  return `${marks[state]} ${step}${tookMs === undefined ? '' : ` (${tookMs} ms)`}${note ? `: ${plainText(note)}` : ''}`;
}
