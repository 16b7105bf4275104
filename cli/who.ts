import type { UserApi } from './context.ts';
import { CliError, exitCodes } from './exit.ts';

/** The id of a user. @param who an email address, or the id itself @throws CliError USER_NOT_FOUND */
export async function userIdOf({ admin, asUser }: UserApi, who: string): Promise<string> {
  if (!who.includes('@')) return who;
  const [user] = (await admin.findUsers({ email: who }, asUser)).users;
  if (user !== undefined) return user.userId;
  throw new CliError('USER_NOT_FOUND', exitCodes.notFound, `nobody has the email address ${who}`);
}
