const closed = new AbortController();

/** Aborts when nobody reads the output any more, as after `| head -1`. A command without an end then ends. */
export const outputClosed: AbortSignal = closed.signal;

/** Lets a command go on with its work, and without a stack trace, when nobody reads its output any more. */
export function outliveReaders(streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr]): void {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      closed.abort();
    });
}
