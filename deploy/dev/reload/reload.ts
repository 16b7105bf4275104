import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../bootstrap/failure.mjs';
import type { Part } from '../supervisor/part.ts';
import type { Stack } from '../supervisor/stack.ts';
import { watchFiles } from './watch.ts';

export interface ReloadOptions {
  readonly root: string;
  readonly stack: Pick<Stack, 'stopPart' | 'startPart' | 'kill'>;
  readonly parts: readonly Pick<Part, 'name' | 'reloadsOn'>[];
  /** When the start of the parts began (epoch milliseconds): code that has changed since may not run yet. */
  readonly since: number;
  /** Tells why parts are started again. */
  readonly onChange: (file: string) => void;
  /** A part could not be started again. The next change tries it once more. */
  readonly onFailure: (part: string, failure: Failure) => void;
}

export interface Reloading {
  /** Returns when nothing is being started or stopped any more. */
  readonly stop: () => Promise<void>;
}

/** An editor writes several files at once, and some write a file twice. */
const quietMs = 60;
/** Nobody waits for an answer of a process that is replaced, and a kill loses nothing. */
const patienceMs = 100;

/** Starts parts again when a file changes that they run. */
export function reloadOnChange({ root, stack, parts, since, onChange, onFailure }: ReloadOptions): Reloading {
  const changed = new Set<string>();
  let running: Promise<void> | undefined;
  let starting: readonly string[] = [];
  const stopping = new AbortController();

  async function reloadAll(): Promise<void> {
    while (changed.size > 0 && !stopping.signal.aborted) {
      await untilQuiet();
      const files = [...changed];
      changed.clear();
      onChange(files[0] ?? '');
      const meant = parts.filter(({ reloadsOn = [] }) =>
        reloadsOn.some((folder) => files.some((file) => file.startsWith(`${folder}/`))),
      );
      starting = meant.map(({ name }) => name);
      await Promise.all(starting.map(again));
    }
  }

  async function untilQuiet(): Promise<void> {
    for (let before = -1; before !== changed.size;) {
      before = changed.size;
      await sleep(quietMs);
    }
  }

  async function again(name: string): Promise<void> {
    const impatient = setTimeout(() => stack.kill(name), patienceMs);
    await stack.stopPart(name).finally(() => clearTimeout(impatient));
    if (stopping.signal.aborted || changed.size > 0) return;
    try {
      await stack.startPart(name);
    } catch (error) {
      // It was stopped for the next change, or for the end.
      if (stopping.signal.aborted || changed.size > 0) return;
      if (!(error instanceof Failure)) throw error;
      onFailure(name, error);
    }
  }

  const folders = [...new Set(parts.flatMap(({ reloadsOn = [] }) => reloadsOn))];
  const watch = watchFiles({
    root,
    folders,
    since,
    onChange: (file) => {
      changed.add(file);
      if (running === undefined) running = reloadAll().finally(() => (running = undefined));
      // What is starting with the code before is of no use.
      else for (const name of starting) void stack.stopPart(name).catch(() => undefined);
    },
  });
  return {
    stop: async () => {
      stopping.abort();
      watch.close();
      await running;
    },
  };
}
