import type { UserApi } from './api.ts';
import type { Context } from './context.ts';
import { CliError, exitCodes } from './exit.ts';

/** The id of a user. @param who an email address, or the id itself @throws CliError USER_NOT_FOUND */
export async function userIdOf({ admin, asUser }: UserApi, who: string): Promise<string> {
  if (!who.includes('@')) return who;
  const [user] = (await admin.findUsers({ email: who }, asUser)).users;
  if (user !== undefined) return user.userId;
  throw userNotFound(who);
}

export function userNotFound(email: string): CliError {
  return new CliError('USER_NOT_FOUND', exitCodes.notFound, `nobody has the email address ${email}`);
}

export function noOrderOf(email: string): CliError {
  return new CliError('ORDER_NOT_FOUND', exitCodes.notFound, `the user with the email address ${email} has no order`);
}

/** Tells nobody from somebody of whom a list shows nothing. @param userId `''` if all were listed @throws USER_NOT_FOUND */
export async function demandUser({ admin, asUser }: UserApi, userId: string): Promise<void> {
  if (userId !== '') await admin.getUser({ userId }, asUser);
}

export interface Account {
  readonly email: string;
  readonly password: string;
}

/** A user whom an administrator is about to change. */
export interface Target extends UserApi {
  readonly userId: string;
  /** The user's email address, for a question. @throws USER_NOT_FOUND */
  readonly askEmail: () => Promise<string>;
}

/** Signs in, and finds the user. @param who an email address, or the user's id */
export async function signInFor(context: Context, { email, password }: Account, who: string): Promise<Target> {
  const api = await context.signIn(email, password);
  const userId = await userIdOf(api, who);
  const askEmail = async () => (await api.admin.getUser({ userId }, api.asUser)).user?.email ?? userId;
  return { ...api, userId, askEmail };
}
