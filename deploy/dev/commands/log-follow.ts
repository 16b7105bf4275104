import { readLine } from '../../../platform/telemetry/pretty.ts';
import { follow } from '../supervisor/logs.ts';
import { isWanted, show, splitLines, type Look, type Wanted } from './log-filter.ts';

export interface FollowOptions {
  readonly wanted: Wanted;
  readonly look: Look;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Prints the wanted lines that are added to logs, until the signal aborts. @param files with the bytes to leave out */
export async function followLogs(
  files: ReadonlyMap<string, number>,
  { wanted, look, print, signal }: FollowOptions,
): Promise<void> {
  await Promise.all(
    [...files].map(([file, bytes]) => {
      let known = bytes;
      const take = splitLines((text) => {
        const line = readLine(text);
        if (text !== '' && isWanted(line, wanted)) print(show({ text, line }, look, wanted));
      });
      const write = (chunk: Buffer): void => {
        take(chunk.subarray(known));
        known = Math.max(0, known - chunk.length);
      };
      return follow(file, write, signal);
    }),
  );
}
