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

/** Calls `write` with the content of the file, and then with everything that is added, until the signal aborts. */
export async function follow(file: string, write: (chunk: Buffer) => void, signal: AbortSignal): Promise<void> {
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
  if (signal.aborted) return;
  watchFile(file, { interval: followPollMs }, readOn);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  unwatchFile(file, readOn);
}
