import type { UserApi } from '../api.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { printOne } from '../output.ts';
import { repeatable } from '../repeatable.ts';
import { signInFor } from '../who.ts';

export interface UserRoleOptions {
  readonly email: string;
  readonly password: string;
  readonly reason: string;
  readonly requestId: string | undefined;
}

/** Gives a user a role, or takes one, as an administrator. @param who an email address, or the user's id */
export async function changeRole(
  context: Context,
  change: 'grant' | 'revoke',
  who: string,
  role: string,
  options: UserRoleOptions,
): Promise<void> {
  const { admin, asUser, userId, askEmail } = await signInFor(context, options, who);
  await confirm(context, async () => {
    const email = await askEmail();
    return change === 'grant'
      ? `Give the role ${role} to ${email}?`
      : `Take the role ${role} from ${email}, and end their sessions?`;
  });
  // A repeat finds its own change. Whoever is not found is told, and entered in the trail, by the change itself.
  const before = options.requestId === undefined ? await rolesOf({ admin, asUser }, userId) : undefined;
  const ask = change === 'grant' ? admin.grantRole : admin.revokeRole;
  const { answer, requestId } = await repeatable(options.requestId, async (requestId, signal) => {
    const request = { userId, role, reason: options.reason, requestId };
    return { answer: await ask(request, { ...asUser, signal }), requestId };
  });
  const message = before?.includes(role) === (change === 'grant') ? nothingChanged[change] : undefined;
  printOne({ userId, roles: answer.roles.join(', '), message, entryId: answer.entryId, requestId }, context.json);
}

const nothingChanged = {
  grant: 'nothing changed: the user had this role before',
  revoke: 'nothing changed: the user did not have this role',
};

async function rolesOf(
  { admin, asUser }: Pick<UserApi, 'admin' | 'asUser'>,
  userId: string,
): Promise<readonly string[] | undefined> {
  const found = await admin.getUser({ userId }, asUser).catch(() => undefined);
  return found?.user?.roles;
}
