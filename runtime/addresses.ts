import { z } from 'zod';
import type { Env } from '../platform/config/errors.ts';
import { defaultPorts, rpcRoles, type RpcRole } from './ports.ts';
import { httpAddresses } from '../platform/config/schemas.ts';

export type Addresses = Readonly<Partial<Record<RpcRole, readonly string[]>>>;

const nameOf = (role: RpcRole) => `${role.toUpperCase()}_ADDRESS`;
const schema = z.object({
  SERVICES_ADDRESS: httpAddresses.optional(),
  ...Object.fromEntries(rpcRoles.map((role) => [nameOf(role), httpAddresses.optional()])),
});

/**
 * Where the gRPC doors of the services are that this process does not host: `<SERVICE>_ADDRESS` (several replicas
 * separated by commas), else `SERVICES_ADDRESS` (all of them at one), else this machine at their usual ports.
 * @throws ZodError
 */
export function readAddresses(env: Env, hosted: ReadonlySet<string>): Addresses {
  const read: Readonly<Record<string, string[] | undefined>> = schema.parse(env);
  const away = rpcRoles.filter((role) => !hosted.has(role));
  return Object.fromEntries(
    away.map((role) => [
      role,
      read[nameOf(role)] ?? read['SERVICES_ADDRESS'] ?? [`http://127.0.0.1:${defaultPorts([role]).grpc}`],
    ]),
  );
}
