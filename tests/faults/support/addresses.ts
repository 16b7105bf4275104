import { addressSetting } from '../../../runtime/addresses.ts';
import { rpcRoles } from '../../../runtime/registry.ts';

/** The h2c address of a role's service. With every role apart each has its own, else all have one. */
export function addressOf(role: string, env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const all = env['SERVICES_ADDRESS'] ?? env['ECOMMERCE_GRPC_URL'] ?? '';
  return env[`${role.toUpperCase()}_ADDRESS`] ?? all;
}

/** Settings by which a process finds every service. @param at the address of a role, by default the stack's */
export function serviceAddresses(at: (role: string) => string = addressOf): Record<string, string> {
  return Object.fromEntries(rpcRoles.map((role) => [addressSetting(role), at(role)]));
}
