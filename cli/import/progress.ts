import type { ImportCounts } from './send.ts';
import { say } from '../say.ts';

export interface ImportProgress {
  readonly show: (counts: Readonly<ImportCounts>) => void;
  /** Prints a line of the report. The progress line is removed first, so that they do not mix. */
  readonly print: (line: string) => void;
  readonly end: () => void;
}

const plainEveryMs = 5000;
const redrawEveryMs = 100;

/** The counts as a text, for example "1,200 read: 1,000 created, 150 updated, 49 unchanged, 1 refused". */
export function summary({ read, created, updated, unchanged, refused }: Readonly<ImportCounts>): string {
  return `${number(read)} read: ${number(created)} created, ${number(updated)} updated, ${number(unchanged)} unchanged, ${number(refused)} refused`;
}

/** What became of the stock in the file; undefined if there is nothing to say. `example` is the first such line. */
export function stockSummary({ stockKept }: Readonly<ImportCounts>, example: string): string | undefined {
  if (stockKept === 0) return undefined;
  const lines = stockKept === 1 ? '1 line names' : `${number(stockKept)} lines name`;
  return `${lines} another stock than the product has now, for example ${example}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** Shows the progress on standard error: on a terminal as one line that is redrawn, otherwise as a line every 5 s. */
export function createImportProgress(now: () => number = Date.now): ImportProgress {
  const { stderr } = process;
  const startedAt = now();
  let shownAt = startedAt;
  let drawn = false;
  const wipe = () => {
    if (drawn) stderr.write('\r\x1b[2K');
    drawn = false;
  };
  return {
    show: (counts) => {
      if (now() - shownAt < (stderr.isTTY ? redrawEveryMs : plainEveryMs)) return;
      shownAt = now();
      const seconds = (shownAt - startedAt) / 1000;
      const text = `${summary(counts)}, ${Math.round(counts.read / seconds)} per second`;
      wipe();
      stderr.write(stderr.isTTY ? text : `${text}\n`);
      drawn = stderr.isTTY;
    },
    print: (line) => {
      wipe();
      say(line);
    },
    end: wipe,
  };
}
