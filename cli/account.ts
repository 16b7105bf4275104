import type { Context } from './context.ts';
import { usageError } from './exit.ts';
import { keepSignedIn, type Session } from './session.ts';
import type { Account } from './who.ts';

/** The account of a command that a service key is enough for. */
export type MaybeAccount = { readonly [Key in keyof Account]?: string | undefined };

/**
 * The account that reads an order; undefined if the service key does. What the command line names comes first, then the
 * key, then ADMIN_EMAIL and ADMIN_PASSWORD. @throws CliError USAGE if there is none of them
 */
export function accountOf({ env }: Pick<Context, 'env'>, given: MaybeAccount): Account | undefined {
  if (given.email === undefined && (env['SERVICE_KEYS_DIR'] ?? '') !== '') {
    if (given.password === undefined) return undefined;
    throw usageError('--password is given without --email');
  }
  const email = given.email ?? env['ADMIN_EMAIL'] ?? '';
  const password = given.password ?? env['ADMIN_PASSWORD'] ?? '';
  if (email === '')
    throw usageError(
      'there is no account and no service key: give --email and --password (or set ADMIN_EMAIL and ADMIN_PASSWORD), ' +
        'or set SERVICE_KEYS_DIR (docs/support.md), or start the platform with `npm run dev` and use `npm run cli`',
    );
  if (password === '') throw usageError(`the password of ${email} is missing: give --password, or set ADMIN_PASSWORD`);
  return { email, password };
}

/** Signs an account in, and keeps it signed in. */
export async function openSession(context: Context, { email, password }: Account): Promise<Session> {
  const signIn = () => context.signIn(email, password);
  return keepSignedIn(await signIn(), signIn);
}
