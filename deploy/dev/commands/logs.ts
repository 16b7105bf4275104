import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '../../../platform/telemetry/pretty.ts';
import { Failure } from '../bootstrap/failure.mjs';
import { foldersOf } from '../supervisor/folders.ts';
import { follow } from '../supervisor/logs.ts';
import type { Command } from './context.ts';
import { isFiltered, isWanted, readLogsOptions, select, show, splitLines } from './log-filter.ts';
import { topologyOf } from './topologies.ts';

/**
 * Prints the log of a part, or the lines of all parts that a filter finds, with those of the start before this one, by
 * time. `--follow` also prints what is added. `--profile demo` names another stack than dev.
 */
export const logs: Command = async ({ root, env, args, ending, print }) => {
  const { profile, part, follow: goOn, json, wanted } = readLogsOptions(args);
  const { parts, profile: stack } = await topologyOf({ profile, env });
  const names = parts.map(({ name }) => name);
  const chosen = part === undefined && isFiltered(wanted) ? names : names.filter((name) => name === part);
  if (chosen.length === 0) {
    throw new Failure(part === undefined ? 'No part is named.' : `There is no part called ${part}.`, {
      suggestion: `npm run logs -- ${names.join('|')}, or npm run logs -- --order <order id>`,
    });
  }
  const files = chosen.map((name) => join(foldersOf(root, stack).logs, `${name}.log`));
  if (!goOn && !files.some((file) => existsSync(file))) {
    throw new Failure(`${part ?? 'The stack'} has no log, because it was never started.`, {
      suggestion: 'npm run dev',
    });
  }
  const look = { json, inColour: process.stdout.isTTY };
  const before = isFiltered(wanted) ? files.map((file) => `${file}.1`) : [];
  const written = [...before, ...files].filter((file) => existsSync(file));
  const texts = written.map((file) => readFileSync(file, 'utf8'));
  for (const entry of select(texts, wanted)) print(show(entry, look, wanted));
  if (!goOn) return 0;
  await Promise.all(
    files.map((file) => {
      // What was there has been printed already.
      let known = Buffer.byteLength(texts[written.indexOf(file)] ?? '');
      const take = splitLines((text) => {
        const line = readLine(text);
        if (text !== '' && isWanted(line, wanted)) print(show({ text, line }, look, wanted));
      });
      const write = (chunk: Buffer): void => {
        take(chunk.subarray(known));
        known = Math.max(0, known - chunk.length);
      };
      return follow(file, write, ending.signal);
    }),
  );
  return 0;
};
