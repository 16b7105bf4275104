import { z } from 'zod';
import type { Role } from '../platform/service.ts';
import type { Env } from '../platform/config/errors.ts';
import { port } from '../platform/config/schemas.ts';

export interface Ports {
  readonly http: number;
  /** Undefined for processes that serve no RPC. */
  readonly grpc: number | undefined;
}

const defaults: Readonly<Record<Role, Ports>> = {
  sso: { http: 8080, grpc: 50_051 },
  products: { http: 8081, grpc: 50_052 },
  wallet: { http: 8082, grpc: 50_054 },
  cart: { http: 8083, grpc: 50_053 },
  order: { http: 8084, grpc: 50_055 },
  checkout: { http: 8085, grpc: 50_056 },
  worker: { http: 8086, grpc: undefined },
  relay: { http: 8087, grpc: undefined },
};
const together: Ports = { http: 8000, grpc: 50_051 };

/** Roles that other processes call. */
export const rpcRoles = ['sso', 'products', 'wallet', 'cart', 'order', 'checkout'] as const satisfies readonly Role[];
export type RpcRole = (typeof rpcRoles)[number];

export function servesRpc(role: Role): role is RpcRole {
  return defaults[role].grpc !== undefined;
}

export function defaultPorts(roles: readonly Role[]): Ports {
  const serving = roles.filter(servesRpc);
  if (serving.length > 1) return together;
  const [main] = [...serving, ...roles];
  return main === undefined ? together : defaults[main];
}

const schema = z.object({ HTTP_PORT: port.optional(), GRPC_PORT: port.optional() });

/** HTTP_PORT and GRPC_PORT, or what is usual for these roles. @throws ZodError */
export function readPorts(env: Env, roles: readonly Role[]): Ports {
  const read = schema.parse(env);
  const usual = defaultPorts(roles);
  return {
    http: read.HTTP_PORT ?? usual.http,
    grpc: usual.grpc === undefined ? undefined : (read.GRPC_PORT ?? usual.grpc),
  };
}
