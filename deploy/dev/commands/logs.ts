import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createToldErrors } from '../../../platform/telemetry/pretty-error.ts';
import { Failure } from '../bootstrap/failure.mjs';
import { foldersOf } from '../supervisor/folders.ts';
import type { Command } from './context.ts';
import { expectPart, isFiltered, readLogsOptions, select, show, type Wanted } from './log-filter.ts';
import { followLogs } from './log-follow.ts';
import { topologyOf } from './topologies.ts';

/**
 * Prints the log of a part, or the lines of all parts that a filter finds, with those of the start before this one, by
 * time. `--follow` also prints what is added. `--profile demo` names another stack than dev.
 * @throws Failure if a filter finds nothing, unless with --follow
 */
export const logs: Command = async ({ root, env, args, ending, print }) => {
  const { profile, part, follow: goOn, json, wanted } = readLogsOptions(args);
  const { parts, profile: stack } = await topologyOf({ profile, env });
  const names = parts.map(({ name }) => name);
  expectPart(part, names, 'npm run logs');
  const chosen = part === undefined && isFiltered(wanted) ? names : names.filter((name) => name === part);
  if (chosen.length === 0) {
    throw new Failure('No part is named.', {
      suggestion: `npm run logs -- ${names.join('|')}, or npm run logs -- --order <order id>`,
    });
  }
  const files = chosen.map((name) => join(foldersOf(root, stack).logs, `${name}.log`));
  if (!goOn && !files.some((file) => existsSync(file))) {
    throw new Failure(`${part ?? 'The stack'} has no log, because it was never started.`, {
      suggestion: 'npm run dev',
    });
  }
  const look = { json, inColour: process.stdout.isTTY, told: createToldErrors() };
  const before = isFiltered(wanted) ? files.map((file) => `${file}.1`) : [];
  const written = [...before, ...files].filter((file) => existsSync(file));
  const texts = written.map((file) => readFileSync(file, 'utf8'));
  const entries = select(texts, wanted);
  if (!goOn && isFiltered(wanted) && entries.length === 0) throw nothingFound(wanted);
  for (const entry of entries) print(show(entry, look, wanted));
  if (!goOn) return 0;
  // What was there has been printed already.
  const known = files.map((file) => [file, Buffer.byteLength(texts[written.indexOf(file)] ?? '')] as const);
  await followLogs(new Map(known), { wanted, look, print, signal: ending.signal }).ended;
  return 0;
};

function nothingFound({ orderId, userId, request, level }: Wanted): Failure {
  const given = { order: orderId, user: userId, request, level };
  const filter = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return new Failure(`No line of the log has ${filter.join(' ')}.`, {
    suggestion: '--follow waits for one; the log begins with the start before this one',
  });
}
