import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unwatchFile,
  watchFile,
} from 'node:fs';
import { dirname } from 'node:path';

const followPollMs = 200;

/** Begins a new log for a part. The old log is renamed to `<log>.1`. */
export function rotate(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) renameSync(file, `${file}.1`);
}

/** Somebody who reads what is added to logs. */
export interface Follower {
  /** Reads what was added until now, without waiting for the next look. */
  readonly readOn: () => void;
  /** Resolves when the signal has aborted. */
  readonly ended: Promise<void>;
}

/** Calls `write` with the content of the file, and then with everything that is added, until the signal aborts. */
export function follow(file: string, write: (chunk: Buffer) => void, signal: AbortSignal): Follower {
  let offset = 0;
  const readOn = () => {
    if (!existsSync(file)) return;
    const { size } = statSync(file);
    // If the file is shorter than before, a new log has begun.
    if (size < offset) offset = 0;
    if (size === offset) return;
    const chunk = Buffer.alloc(size - offset);
    const handle = openSync(file, 'r');
    const read = readSync(handle, chunk, 0, chunk.length, offset);
    closeSync(handle);
    offset += read;
    write(chunk.subarray(0, read));
  };
  readOn();
  if (signal.aborted) return { readOn, ended: Promise.resolve() };
  watchFile(file, { interval: followPollMs }, readOn);
  const over = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  return { readOn, ended: over.promise.then(() => unwatchFile(file, readOn)) };
}
