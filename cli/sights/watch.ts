import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckoutProgress, StepProgress } from '../../workflows/contract/checkout.ts';

/** What is known of a checkout at one moment. Without an answer of the workflow its progress is undefined. */
export interface Sight {
  /** PENDING, COMPLETED, FAILED or CANCELLED. */
  readonly order: string;
  readonly reason: string | undefined;
  /** Whether the checkout was completed, even if the order was refunded since. */
  readonly wasCompleted: boolean;
  /** When the order got its state. */
  readonly changedAt: Date | undefined;
  readonly progress: CheckoutProgress | undefined;
}

/** One line: the order has a new state, the workflow is at a new stage, or a step has a new state. */
export interface Change {
  readonly kind: 'order' | 'stage' | 'step';
  readonly text: string;
}

/** How somebody sees a checkout. */
export interface Look {
  readonly look: () => Promise<Sight>;
  /** The pause between two looks. */
  readonly everyMs: number;
}

/** What is new in a sight, steps first: an order ends after its last step. */
export function changesBetween(before: Sight | undefined, now: Sight): readonly Change[] {
  const stage = now.progress?.stage ?? '';
  const steps = Object.entries(now.progress?.steps ?? {}).flatMap(([name, step]): Change[] => {
    if (step.state === 'waiting' || isAsBefore(before?.progress?.steps[name], step)) return [];
    const took = step.tookMs === undefined ? '' : ` in ${step.tookMs} ms`;
    const note = step.note === undefined ? '' : `: ${step.note}`;
    return [{ kind: 'step', text: `${name} ${step.state}${took}${note}` }];
  });
  return [
    ...(stage === '' || stage === before?.progress?.stage ? [] : [{ kind: 'stage' as const, text: stage }]),
    ...steps,
    ...(now.order === before?.order
      ? []
      : [{ kind: 'order' as const, text: now.reason === undefined ? now.order : `${now.order}: ${now.reason}` }]),
  ];
}

/** A retry for another reason is new. The number of its attempt alone is not. */
function isAsBefore(before: StepProgress | undefined, now: StepProgress): boolean {
  return before?.state === now.state && (now.state !== 'retrying' || reasonOf(before) === reasonOf(now));
}

const reasonOf = ({ note = '' }: StepProgress): string => note.replace(/^attempt \d+ /, '');

/**
 * Looks again and again, and tells every change, until the order has ended. What the first look finds was before it:
 * then only the order's time is known, and steps have none. @returns the last sight; undefined if the signal ended it
 */
export async function watch(
  { look, everyMs }: Look,
  tell: (change: Change, at: Date | undefined) => void,
  signal?: AbortSignal,
): Promise<Sight | undefined> {
  let before: Sight | undefined;
  for (;;) {
    const found = await look();
    // A look without an answer of the workflow forgets nothing.
    const now: Sight = { ...found, progress: found.progress ?? before?.progress };
    const seenAt = before === undefined ? undefined : new Date();
    for (const change of changesBetween(before, now))
      tell(change, seenAt ?? (change.kind === 'order' ? now.changedAt : undefined));
    if (now.order !== 'PENDING') return now;
    before = now;
    await sleep(everyMs);
    if (signal?.aborted === true) return undefined;
  }
}
