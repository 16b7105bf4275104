import { roles as knownRoles, type Role } from './registry.ts';

/** Says how the program is called. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `all`, or roles by name, in the order in which they depend on each other. @throws UsageError */
export function parseRoles(args: readonly string[]): readonly Role[] {
  const known = new Set<string>([...knownRoles, 'all']);
  const unknown = args.filter((arg) => !known.has(arg));
  if (args.length === 0 || unknown.length > 0) {
    const what = unknown.length > 0 ? `no such role: ${unknown.join(', ')}` : 'which roles?';
    throw new UsageError(
      `${what}\nusage: node runtime/main.ts all\n       node runtime/main.ts <role>…   with ${knownRoles.join(' ')}`,
    );
  }
  return args.includes('all') ? knownRoles : knownRoles.filter((role) => args.includes(role));
}
