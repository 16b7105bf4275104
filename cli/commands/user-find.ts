import type { Context } from '../context.ts';
import { time } from '../format.ts';
import { printFound } from '../output.ts';
import { userNotFound } from '../who.ts';

export interface UserFindOptions {
  readonly email: string;
  readonly password: string;
}

/** Looks a user up by email address. Support and administrators may. @throws CliError USER_NOT_FOUND */
export async function findUser(context: Context, address: string, options: UserFindOptions): Promise<void> {
  const { admin, asUser } = await context.signIn(options.email, options.password);
  const { users } = await admin.findUsers({ email: address }, asUser);
  printFound(
    users.map(({ userId, email, roles, createTime }) => ({
      user: userId,
      email,
      roles: roles.join(', '),
      registered: time(createTime),
    })),
    context.json,
    () => userNotFound(address),
    { text: ['email'] },
  );
}
