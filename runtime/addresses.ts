import { z } from 'zod';
import type { Env } from '../platform/config/errors.ts';
import { httpAddresses } from '../platform/config/schemas.ts';
import { rows, rpcRoles, type RpcRole } from './registry.ts';

export type Addresses = Readonly<Partial<Record<RpcRole, readonly string[]>>>;

/** The setting that says where a role's gRPC port is. */
export function addressSetting(role: RpcRole): string {
  return `${role.toUpperCase()}_ADDRESS`;
}

const schema = z.object({
  SERVICES_ADDRESS: httpAddresses.optional(),
  ...Object.fromEntries(rpcRoles.map((role) => [addressSetting(role), httpAddresses.optional()])),
});

/**
 * Where the gRPC ports of the services are that this process does not host: `<SERVICE>_ADDRESS` (several replicas
 * separated by commas), else `SERVICES_ADDRESS` (all of them at one), else this machine at their usual ports.
 * @throws ZodError
 */
export function readAddresses(env: Env, hosted: ReadonlySet<string>): Addresses {
  const read: Readonly<Record<string, string[] | undefined>> = schema.parse(env);
  const away = rpcRoles.filter((role) => !hosted.has(role));
  return Object.fromEntries(
    away.map((role) => [
      role,
      read[addressSetting(role)] ?? read['SERVICES_ADDRESS'] ?? [`http://127.0.0.1:${rows[role].ports.grpc}`],
    ]),
  );
}
