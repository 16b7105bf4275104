/** Told when the measured time begins and ends, so that others can read their counters at the same moments. */
export interface Marks {
  readonly began: () => void;
  readonly ended: () => void;
}

export interface Length {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/**
 * The time in which operations count. What ends before it is warm-up. What ends after it is dropped. It stays open longer
 * if nothing has ended in it yet.
 */
export interface Window {
  readonly isOpen: () => boolean;
  readonly isOver: () => boolean;
  /** How long it was open. @throws Error before it is over */
  readonly seconds: () => number;
  /** Keeps it open until the condition holds, but for a limited time. */
  readonly needs: (condition: () => boolean) => void;
}

const longestExtraMs = 30_000;
const lookMs = 100;

export function openWindow({ warmUpSeconds, seconds }: Length, marks: Marks): Window {
  let beganMs: number | undefined;
  let endedMs: number | undefined;
  const conditions: (() => boolean)[] = [];
  const begin = () => {
    beganMs = performance.now();
    marks.began();
    setTimeout(end, seconds * 1000, beganMs + seconds * 1000 + longestExtraMs);
  };
  const end = (latestMs: number) => {
    const now = performance.now();
    if (now < latestMs && !conditions.every((holds) => holds())) {
      setTimeout(end, lookMs, latestMs);
      return;
    }
    endedMs = now;
    marks.ended();
  };
  setTimeout(begin, warmUpSeconds * 1000);
  return {
    isOpen: () => beganMs !== undefined && endedMs === undefined,
    isOver: () => endedMs !== undefined,
    seconds() {
      if (beganMs === undefined || endedMs === undefined) throw new Error('the window is not over yet');
      return (endedMs - beganMs) / 1000;
    },
    needs: (condition) => void conditions.push(condition),
  };
}
