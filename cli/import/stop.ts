import type { EventEmitter } from 'node:events';

/** How somebody ends an import while it runs. */
export interface Stop {
  /** Aborts when no further call shall be made. */
  readonly asked: AbortSignal;
  /** Aborts when even the call that is under way has taken too long. What it wrote is not known then. */
  readonly cut: AbortSignal;
}

const signals = ['SIGINT', 'SIGTERM'];
// `npm run cli` is killed 5 s after its launcher.
const patienceMs = 3000;

/**
 * Runs `work`, which Ctrl-C or SIGTERM asks to stop. It is asked once: `npm run cli` passes Ctrl-C on as a second signal.
 */
export async function stoppable<Result>(
  work: (stop: Stop) => Promise<Result>,
  from: Pick<EventEmitter, 'on' | 'off'> = process,
): Promise<Result> {
  const [asked, cut] = [new AbortController(), new AbortController()];
  let timer: NodeJS.Timeout | undefined;
  const ask = () => {
    asked.abort();
    timer ??= setTimeout(() => cut.abort(), patienceMs);
  };
  for (const name of signals) from.on(name, ask);
  try {
    return await work({ asked: asked.signal, cut: cut.signal });
  } finally {
    clearTimeout(timer);
    // A second signal must not end the process before its last words.
    if (!asked.signal.aborted) for (const name of signals) from.off(name, ask);
  }
}
