/** What happened in a run and when, so that a failure tells its story. */
export interface Timeline {
  note(what: string): void;
  count(prefix: string): number;
  /** One line an entry. */
  toString(): string;
}

const columns = 8;

/** @param onNote is shown each entry as it comes */
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
