/** Told when the measured time begins and ends, so that others can read their counters at the same moments. */
export interface Marks {
  readonly began: () => void;
  readonly ended: () => void;
}

export interface Length {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** The time in which operations count. What ends before it is warm-up. What ends after it is dropped. */
export interface Window {
  readonly isOpen: () => boolean;
  readonly isOver: () => boolean;
  /** How long it was open. @throws Error before it is over */
  readonly seconds: () => number;
}

export function openWindow({ warmUpSeconds, seconds }: Length, marks: Marks): Window {
  let beganMs: number | undefined;
  let endedMs: number | undefined;
  const begin = () => {
    beganMs = performance.now();
    marks.began();
    setTimeout(end, seconds * 1000);
  };
  const end = () => {
    endedMs = performance.now();
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
  };
}
