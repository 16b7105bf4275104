import { Socket } from 'node:net';

export interface Ending {
  /** Aborts when this process is asked to end. */
  readonly signal: AbortSignal;
  /** The exit code for the reason, once `signal` has aborted. */
  code(): number;
}

const endingSignals = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/**
 * Watches for the reasons to end this process in order: a signal, or the end of the process that started it. In that
 * case the stream with the number in ECOMMERCE_LIFELINE closes, even after kill -9. A second signal ends this process
 * at once, and the watchdog then stops the parts.
 */
export function listenForEnd(env: NodeJS.ProcessEnv): Ending {
  const controller = new AbortController();
  let code = 0;
  const end = (why: string, exitCode: number) => {
    code = exitCode;
    controller.abort(new Error(why));
  };
  for (const [name, exitCode] of Object.entries(endingSignals)) {
    process.on(name, () => (controller.signal.aborted ? process.exit(exitCode) : end(name, exitCode)));
  }
  // The reader of our output may have ended. A failed write must not end this process before the parts are stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const fd = Number(env['ECOMMERCE_LIFELINE']);
  delete env['ECOMMERCE_LIFELINE'];
  if (Number.isInteger(fd) && fd > 2) {
    const lifeline = new Socket({ fd, readable: true, writable: false });
    lifeline.on('error', () => {});
    lifeline.on('close', () => end('the launcher was killed', endingSignals.SIGTERM));
    lifeline.resume();
    lifeline.unref();
  }
  return { signal: controller.signal, code: () => code };
}
