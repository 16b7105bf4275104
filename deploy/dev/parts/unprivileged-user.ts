import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../bootstrap/failure.mjs';
import type { Launch, PartContext } from '../supervisor/part.ts';
import { runTool, which } from './tools.ts';

const ownUser = 'ecommerce-dev';
const suggestion = 'Run the command as another user than root.';

/**
 * The user that Postgres runs as if root runs the launcher: the system's user `postgres`, else a system user that is
 * created here. Undefined if the launcher does not run as root; then Postgres runs as the same user.
 * @throws Failure if no user can be created
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
    failure: 'Postgres must not run as root, and another user for it could not be created',
    suggestion,
  });
  const made = await lookUp(ownUser);
  if (made === undefined)
    throw new Failure(`Postgres must not run as root, and the user ${ownUser} does not exist.`, { suggestion });
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
