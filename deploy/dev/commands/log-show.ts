import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createToldErrors } from '../../../platform/telemetry/pretty-error.ts';
import type { Part } from '../supervisor/part.ts';
import type { LogsOptions } from './log-filter.ts';
import { followLogs } from './log-follow.ts';

export interface ShowOptions {
  readonly parts: readonly Part[];
  /** The folder of the logs. */
  readonly folder: string;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Prints what our processes, or the named part, log from now on. What they wrote while they started is not repeated. */
export async function showLogs(
  { part, json, wanted }: LogsOptions,
  { parts, folder, print, signal }: ShowOptions,
): Promise<void> {
  const chosen = parts.filter(({ kind, name }) => (part === undefined ? kind === 'app' : name === part));
  const files = chosen.map(({ name }) => join(folder, `${name}.log`)).map((file) => [file, sizeOf(file)] as const);
  const look = { json, inColour: process.stdout.isTTY, told: createToldErrors(), brief: true };
  await followLogs(new Map(files), { wanted, look, print, signal });
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
