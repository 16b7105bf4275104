import type { StackEvent, Stage } from '../supervisor/part.ts';

const redrawMs = 100;
const endedStates: ReadonlySet<Stage> = new Set(['healthy', 'done', 'failed', 'stopped']);
const words: Readonly<Record<Stage, string>> = {
  waiting: 'Waiting',
  installing: 'Installing',
  starting: 'Starting',
  healthy: 'Healthy',
  done: 'Done',
  restarting: 'Restarting',
  stopping: 'Stopping',
  stopped: 'Stopped',
  failed: 'Failed',
};
const marks: Partial<Record<Stage, string>> = { healthy: '✓', done: '✓', failed: '✗', stopped: '■' };

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows the progress of a stack, with one line for each part. */
export interface Progress {
  readonly show: (event: StackEvent) => void;
  /** Ends the block of lines, so that other text may follow. Later events begin a new block. */
  readonly end: () => void;
}

interface Line {
  readonly title: string;
  readonly since: number;
  stage: Stage;
  detail: string | undefined;
  endedAt: number | undefined;
}

/**
 * On a terminal, each part has one line, which is redrawn with the elapsed time. Otherwise each change is a new line.
 */
export function createProgress(output: Output, now: () => number = Date.now): Progress {
  return output.isTTY === true ? redrawn(output, now) : plain(output, now);
}

function plain(output: Output, now: () => number): Progress {
  const since = new Map<string, number>();
  return {
    show({ part, title, stage, detail }) {
      const first = since.get(part) ?? now();
      if (endedStates.has(stage)) since.delete(part);
      else since.set(part, first);
      const mark = marks[stage] ?? '·';
      const elapsed = endedStates.has(stage) ? ` (${seconds(now() - first)})` : '';
      output.write(
        `${mark} ${title}: ${detail === undefined || stage !== 'installing' ? words[stage] : detail}${elapsed}${stage === 'installing' || detail === undefined ? '' : `: ${detail}`}\n`,
      );
    },
    end: () => since.clear(),
  };
}

function redrawn(output: Output, now: () => number): Progress {
  let lines = new Map<string, Line>();
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    const width = (output.columns ?? 80) - 1;
    const text = [...lines.values()].map((line) => format(line, now()).slice(0, width));
    output.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}${text.map((line) => `\x1b[2K${line}\n`).join('')}`);
    drawn = text.length;
    if ([...lines.values()].every(({ endedAt }) => endedAt !== undefined)) reset();
  };
  // When all parts have reached an end, later events begin a new block of lines below.
  const reset = () => {
    clearInterval(timer);
    timer = undefined;
    lines = new Map();
    drawn = 0;
  };
  const end = () => {
    if (timer === undefined) return;
    draw();
    reset();
  };
  return {
    show({ part, title, stage, detail }) {
      const line = lines.get(part) ?? { title, since: now(), stage, detail, endedAt: undefined };
      Object.assign(line, { stage, detail, endedAt: endedStates.has(stage) ? now() : undefined });
      lines.set(part, line);
      timer ??= setInterval(draw, redrawMs).unref();
      draw();
    },
    end,
  };
}

function format(line: Line, now: number): string {
  const { stage, detail } = line;
  const word = stage === 'installing' && detail !== undefined ? detail : words[stage];
  const more = stage === 'installing' || detail === undefined ? '' : `  ${detail}`;
  return `${marks[stage] ?? '·'} ${line.title.padEnd(20)} ${word.padEnd(12)} ${seconds((line.endedAt ?? now) - line.since)}${more}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}
