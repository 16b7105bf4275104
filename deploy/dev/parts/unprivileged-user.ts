import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../bootstrap/failure.mjs';
import type { Launch, PartContext } from '../supervisor/part.ts';
import { runTool, which } from './tools.ts';

const ownUser = 'ecommerce-dev';

/**
 * Whom Postgres runs as where we are root: the system's `postgres` user, or else a plain system user that is made
 * here. undefined: we are not root, it runs as we do. Rejects with a Failure where no user can be made.
 */
export async function unprivilegedUser(context: PartContext): Promise<Launch['user'] | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = (await lookUp('postgres')) ?? (await lookUp(ownUser));
  if (existing !== undefined) return existing;
  const useradd = which('useradd');
  const [program, args] =
    useradd === undefined
      ? ['adduser', ['-S', '-D', '-H', '-h', '/nonexistent', '-s', '/bin/false', ownUser]]
      : [useradd, ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false', ownUser]];
  await runTool(program, args, {
    logFile: context.logFile,
    signal: context.signal,
    failure: 'Postgres must not run as root, and a user for it could not be made',
    suggestion: 'Run this as a user other than root.',
  });
  const made = await lookUp(ownUser);
  if (made === undefined) throw new Failure('Postgres must not run as root, and it has no user.');
  return made;
}

async function lookUp(name: string): Promise<Launch['user'] | undefined> {
  try {
    const id = async (flag: string) => Number((await promisify(execFile)('id', [flag, name])).stdout);
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    return undefined;
  }
}
