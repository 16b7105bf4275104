import type { User } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import type { UserApi } from './api.ts';
import type { Context } from './context.ts';
import { CliError, exitCodes } from './exit.ts';

/** The id of a user. @param who an email address, or the id itself @throws CliError USER_NOT_FOUND */
export async function userIdOf(api: UserApi, who: string): Promise<string> {
  return who.includes('@') ? (await userOf(api, who)).userId : who;
}

/** Somebody by whom orders are. */
export type Buyer = Pick<User, 'userId' | 'email'>;

/** A user. @param who an email address, or the id @throws USER_NOT_FOUND */
export async function userOf({ admin, asUser }: UserApi, who: string): Promise<User> {
  const isEmail = who.includes('@');
  const user = isEmail
    ? (await admin.findUsers({ email: who }, asUser)).users[0]
    : (await admin.getUser({ userId: who }, asUser)).user;
  if (user !== undefined) return user;
  throw userNotFound(who);
}

/** More are shown by their ids: each costs a call. A shop has few administrators. */
const mostAsked = 10;

/** The email addresses of users, by their ids. Whom sso does not know, or not now, is left out. */
export async function emailsOf(api: UserApi, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(userIds)].filter((id) => id !== '').slice(0, mostAsked);
  const found = await Promise.all(asked.map((id) => userOf(api, id).catch(() => undefined)));
  return new Map(found.flatMap((user) => (user === undefined ? [] : [[user.userId, user.email]])));
}

/** @param who an email address, or an id */
export function userNotFound(who: string): CliError {
  const what = who.includes('@') ? 'email address' : 'id';
  return new CliError('USER_NOT_FOUND', exitCodes.notFound, `nobody has the ${what} ${who}`);
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
