import { z } from 'zod';
import type { Env } from '../platform/config/errors.ts';
import { httpAddresses } from '../platform/config/schemas.ts';
import { rows, rpcRoles, type RpcRole } from './registry.ts';

export type Addresses = Readonly<Partial<Record<RpcRole, readonly string[]>>>;

/** The name of the setting with the address of a role's gRPC port, for example CART_ADDRESS. */
export function addressSetting(role: RpcRole): string {
  return `${role.toUpperCase()}_ADDRESS`;
}

const schema = z.object({
  SERVICES_ADDRESS: httpAddresses.optional(),
  ...Object.fromEntries(rpcRoles.map((role) => [addressSetting(role), httpAddresses.optional()])),
});

/**
 * The gRPC addresses of the remote services, which are those that this process does not host: `<SERVICE>_ADDRESS`
 * (several replicas are separated by commas), else `SERVICES_ADDRESS` (one address for all), else this machine at the
 * default ports.
 * @throws ZodError if an address is invalid
 */
export function readAddresses(env: Env, hosted: ReadonlySet<string>): Addresses {
  const read: Readonly<Record<string, string[] | undefined>> = schema.parse(env);
  const remote = rpcRoles.filter((role) => !hosted.has(role));
  return Object.fromEntries(
    remote.map((role) => [
      role,
      read[addressSetting(role)] ?? read['SERVICES_ADDRESS'] ?? [`http://127.0.0.1:${rows[role].ports.grpc}`],
    ]),
  );
}
