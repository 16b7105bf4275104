/** A list of what happened in a run, with times. The message of a failed test contains it. */
export interface Timeline {
  note(what: string): void;
  count(prefix: string): number;
  /** One line for each entry. */
  toString(): string;
}

const columns = 8;

/** @param onNote is called with each entry at once */
export function createTimeline(onNote: (seconds: number, what: string) => void = () => undefined): Timeline {
  const began = performance.now();
  const entries: { readonly seconds: number; readonly what: string }[] = [];
  return {
    note(what) {
      const entry = { seconds: (performance.now() - began) / 1000, what };
      entries.push(entry);
      onNote(entry.seconds, what);
    },
    count: (prefix) => entries.filter(({ what }) => what.startsWith(prefix)).length,
    toString: () => entries.map(({ seconds, what }) => `${seconds.toFixed(2).padStart(columns)} s  ${what}`).join('\n'),
  };
}
