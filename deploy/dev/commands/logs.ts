import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { foldersOf } from '../supervisor/folders.ts';
import { follow } from '../supervisor/logs.ts';
import { type Command, takeFlag } from './context.ts';
import { topologyOf } from './topologies.ts';

/** Prints the log of a part. `--follow` also prints what is added. `--profile demo` names another stack than dev. */
export const logs: Command = async ({ root, env, args, ending }) => {
  const { on: goOn, rest } = takeFlag(args, '--follow');
  const at = rest.indexOf('--profile');
  const profile = at === -1 ? 'dev' : (rest[at + 1] ?? 'dev');
  const part = rest.find((_, index) => at === -1 || (index !== at && index !== at + 1));
  const { parts, profile: stack } = await topologyOf({ profile, env });
  const names = parts.map(({ name }) => name);
  if (part === undefined || !names.includes(part)) {
    throw new Failure(part === undefined ? 'No part is named.' : `There is no part called ${part}.`, {
      suggestion: `npm run logs -- ${names.join('|')}`,
    });
  }
  const file = join(foldersOf(root, stack).logs, `${part}.log`);
  if (!goOn && !existsSync(file)) {
    throw new Failure(`${part} has no log, because it was never started.`, { suggestion: 'npm run dev' });
  }
  const signal = goOn ? ending.signal : AbortSignal.abort();
  await follow(file, (chunk) => process.stdout.write(chunk), signal);
  return 0;
};
