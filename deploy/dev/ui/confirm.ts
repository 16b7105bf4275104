import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Asks, and waits for a line. The end of the input is no yes, and neither is the end of this process.
 * @param signal aborts when this process is asked to end, for example by Ctrl-C
 */
export async function isConfirmed(
  question: string,
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  output.write(`${question} [y/N] `);
  // Not the terminal mode of readline, in which Ctrl-C is an error instead of a signal.
  const lines = createInterface({ input, terminal: false });
  const close = () => lines.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const line of lines) return !signal.aborted && /^y(?:es)?$/i.test(line.trim());
    output.write('\n');
    return false;
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
  }
}
