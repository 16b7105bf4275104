import { z } from 'zod';
import type { Env } from '../platform/config/errors.ts';
import { port } from '../platform/config/schemas.ts';
import { rowOf, servesRpc, type Role } from './registry.ts';

export interface Ports {
  readonly http: number;
  /** Undefined for a process without RPCs. */
  readonly grpc: number | undefined;
}

/** The default ports of a process that hosts several services. */
const together: Ports = { http: 8000, grpc: 50_051 };

export function defaultPorts(roles: readonly Role[]): Ports {
  const serving = roles.filter(servesRpc);
  if (serving.length > 1) return together;
  const [main] = [...serving, ...roles];
  if (main === undefined) return together;
  const { http, grpc } = rowOf(main).ports;
  return { http, grpc };
}

const schema = z.object({ HTTP_PORT: port.optional(), GRPC_PORT: port.optional() });

/** HTTP_PORT and GRPC_PORT, or the default ports of these roles. @throws ZodError if one is not a port */
export function readPorts(env: Env, roles: readonly Role[]): Ports {
  const read = schema.parse(env);
  const usual = defaultPorts(roles);
  return {
    http: read.HTTP_PORT ?? usual.http,
    grpc: usual.grpc === undefined ? undefined : (read.GRPC_PORT ?? usual.grpc),
  };
}
