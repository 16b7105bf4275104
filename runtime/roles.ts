import { roles as knownRoles, type Role } from './registry.ts';

/** The arguments of the program are wrong. The message contains the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The name of a process: its role, or `all` if it has several. */
export function processName({ roles }: { readonly roles: readonly Role[] }): Role | 'all' {
  const [only, ...others] = roles;
  return only === undefined || others.length > 0 ? 'all' : only;
}

/** The roles that the arguments name, or all roles for `all`, in the order in which they start. @throws UsageError */
export function parseRoles(args: readonly string[]): readonly Role[] {
  const known = new Set<string>([...knownRoles, 'all']);
  const unknown = args.filter((arg) => !known.has(arg));
  if (args.length === 0 || unknown.length > 0) {
    const what = unknown.length > 0 ? `There is no role ${unknown.join(', ')}.` : 'No role is given.';
    throw new UsageError(
      `${what}\nusage: node runtime/main.ts all\n       node runtime/main.ts <role>…   roles: ${knownRoles.join(' ')}`,
    );
  }
  return args.includes('all') ? knownRoles : knownRoles.filter((role) => args.includes(role));
}
