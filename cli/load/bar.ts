export interface Bar {
  readonly show: (done: number) => void;
  readonly end: () => void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

const width = 30;
const redrawEveryMs = 100;

/** A bar on standard error that grows to `all`. Without a terminal there is none. */
export function createBar(all: number, output: Output = process.stderr, now: () => number = Date.now): Bar {
  const startedAt = now();
  let shownAt = 0;
  return {
    show: (done) => {
      if (output.isTTY !== true || (done < all && now() - shownAt < redrawEveryMs)) return;
      shownAt = now();
      const filled = Math.floor((done / all) * width);
      const rate = (done / Math.max(1, shownAt - startedAt)) * 1000;
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      output.write(`\r\u001b[2K${bar} ${done}/${all}, ${rate.toFixed(1)} per second`);
    },
    end: () => {
      if (output.isTTY === true) output.write('\r\u001b[2K');
    },
  };
}
