import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '../../../platform/telemetry/pretty.ts';
import type { Part } from '../supervisor/part.ts';
import { isWanted, type LogsOptions } from './log-filter.ts';
import { followLogs } from './log-follow.ts';

export interface ShowOptions {
  readonly parts: readonly Pick<Part, 'name' | 'kind'>[];
  /** The folder of the logs. */
  readonly folder: string;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The lines of logs on the user's screen. */
export interface LogView {
  /** Prints at once what was written until now. */
  readonly readOn: () => void;
  /** Whether this line of a part's log is among those that it prints. */
  readonly shows: (part: string, text: string) => boolean;
}

/** Prints what our processes, or the named part, log from now on. What they wrote while they started is not repeated. */
export function showLogs({ part, json, wanted }: LogsOptions, { parts, folder, print, signal }: ShowOptions): LogView {
  const chosen = parts
    .filter(({ kind, name }) => (part === undefined ? kind === 'app' : name === part))
    .map(({ name }) => name);
  const files = chosen.map((name) => join(folder, `${name}.log`)).map((file) => [file, sizeOf(file)] as const);
  const look = { json, inColour: process.stdout.isTTY, brief: true };
  const { readOn } = followLogs(new Map(files), { wanted, look, print, signal });
  return { readOn, shows: (name, text) => chosen.includes(name) && isWanted(readLine(text), wanted) };
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
