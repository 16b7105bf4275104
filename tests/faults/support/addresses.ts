import { addressSetting } from '../../../runtime/addresses.ts';
import { rpcRoles } from '../../../runtime/registry.ts';

/** The h2c address of a role's service. If one process has all roles, all addresses are the same. */
export function addressOf(role: string, env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const all = env['SERVICES_ADDRESS'] ?? env['ECOMMERCE_GRPC_URL'] ?? '';
  return env[`${role.toUpperCase()}_ADDRESS`] ?? all;
}

/** Settings with the addresses of all services. @param at gives the address of a role; by default the stack's */
export function serviceAddresses(at: (role: string) => string = addressOf): Record<string, string> {
  return Object.fromEntries(rpcRoles.map((role) => [addressSetting(role), at(role)]));
}
