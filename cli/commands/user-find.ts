import type { Context } from '../context.ts';
import { known } from '../failure.ts';
import { time } from '../format.ts';
import { printFound } from '../output.ts';
import { userNotFound, userOf } from '../who.ts';

export interface UserFindOptions {
  readonly email: string;
  readonly password: string;
}

/** Looks a user up by email address or id. Support and administrators may. @throws CliError USER_NOT_FOUND */
export async function findUser(context: Context, who: string, options: UserFindOptions): Promise<void> {
  const api = await context.signIn(options.email, options.password);
  const user = await known(userOf(api, who), 'USER_NOT_FOUND');
  const users = user === undefined ? [] : [user];
  printFound(
    users.map(({ userId, email, roles, createTime }) => ({
      user: userId,
      email,
      roles: roles.join(', '),
      registered: time(createTime),
    })),
    context.json,
    () => userNotFound(who),
    { text: ['email'], whole: ['user'] },
  );
}
