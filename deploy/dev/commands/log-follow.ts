import { readLine } from '../../../platform/telemetry/pretty.ts';
import { follow, type Follower } from '../supervisor/logs.ts';
import { isWanted, show, splitLines, type Look, type Wanted } from './log-filter.ts';

export interface FollowOptions {
  readonly wanted: Wanted;
  readonly look: Look;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Prints the wanted lines that are added to logs, until the signal aborts. @param files with the bytes to leave out */
export function followLogs(
  files: ReadonlyMap<string, number>,
  { wanted, look, print, signal }: FollowOptions,
): Follower {
  const followers = [...files].map(([file, bytes]) => {
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
  });
  return {
    readOn: () => followers.forEach((follower) => follower.readOn()),
    ended: Promise.all(followers.map(({ ended }) => ended)).then(() => undefined),
  };
}
