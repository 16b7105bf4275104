import type { Context } from '../context.ts';
import { time } from '../format.ts';
import { printMany } from '../output.ts';

export interface UserFindOptions {
  readonly email: string;
  readonly password: string;
}

/** Looks a user up by email address. Support and administrators may. */
export async function findUser(context: Context, address: string, options: UserFindOptions): Promise<void> {
  const { admin, asUser } = await context.signIn(options.email, options.password);
  const { users } = await admin.findUsers({ email: address }, asUser);
  printMany(
    users.map(({ userId, email, roles, createTime }) => ({
      user: userId,
      email,
      roles: roles.join(', '),
      registered: time(createTime),
    })),
    context.json,
    { text: ['email'] },
  );
}
