import type { DescService } from '@bufbuild/protobuf';
import { createClient, type Client, type Interceptor, type Transport } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import { AppError } from '../../errors/app-error.ts';
import { roles, type Role } from '../../service.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { withAppErrors } from './app-errors.ts';
import { requestIdClientInterceptor, serviceTokenClientInterceptor } from './interceptors.ts';
import { retryClientInterceptor } from './retry.ts';
import { grpcSession, lazyTransport, memoryTransport } from './transports.ts';

export interface ClientsOptions {
  /**
   * gRPC addresses by role, each replica's, for example `{ wallet: ['http://wallet:50054'] }`; a role without one must
   * be hosted here.
   */
  readonly addresses?: Partial<Record<Role, readonly string[]>>;
  readonly logger: Logger;
  /** Default 3,000. */
  readonly timeoutMs?: number;
}

interface ConnectOptions {
  /** Signs the calls: needed for internal services. */
  readonly as?: ServiceTokenSigner;
  readonly timeoutMs?: number;
  /** The role whose process is called; needed for services that every process has. */
  readonly at?: Role;
}

export interface Clients {
  /** The handlers of this process, once they exist; calls to their services stay in memory from then on. */
  readonly host: (handlers: readonly UniversalHandler[]) => void;
  /** A client of a service, wherever it runs. It throws AppErrors only. */
  readonly connect: <Service extends DescService>(service: Service, options?: ConnectOptions) => Client<Service>;
  /** Ends connections to other processes. */
  readonly close: () => void;
}

/** The role that hosts a service: the second part of its type name, `ecommerce.<role>.…`. */
export function roleOf(service: DescService): Role {
  const name = service.typeName.split('.')[1];
  const role = roles.find((candidate) => candidate === name);
  if (role === undefined) throw new Error(`${service.typeName} belongs to no role`);
  return role;
}

function chain(as: ServiceTokenSigner | undefined): Interceptor[] {
  return as === undefined
    ? [requestIdClientInterceptor]
    : [requestIdClientInterceptor, serviceTokenClientInterceptor(as)];
}

/** Makes clients of services that are in this process or elsewhere, so that their users needn't know which. */
export function createClients(options: ClientsOptions): Clients {
  let hosted: readonly UniversalHandler[] | undefined;
  const sessions = new Map<string, ReturnType<typeof grpcSession>>();
  const defaultTimeoutMs = options.timeoutMs ?? 3000;

  function session(addresses: readonly string[]): ReturnType<typeof grpcSession> {
    const key = addresses.join();
    const made = sessions.get(key) ?? grpcSession(addresses);
    sessions.set(key, made);
    return made;
  }

  function choose(service: DescService, { as, at, timeoutMs = defaultTimeoutMs }: ConnectOptions): Transport {
    const here = (hosted ?? []).filter((handler) => handler.service.typeName === service.typeName);
    if (here.length > 0) return memoryTransport(here, chain(as), timeoutMs);
    const role = at ?? roleOf(service);
    const addresses = options.addresses?.[role];
    if (addresses !== undefined) {
      return session(addresses).transport([...chain(as), retryClientInterceptor(options.logger)], timeoutMs);
    }
    const message = `${service.typeName} is neither hosted here nor has ${role} an address`;
    throw new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'a service cannot be reached', {
      cause: new Error(message),
    });
  }

  return {
    host: (handlers) => {
      hosted = handlers;
    },
    connect: (service, connectOptions = {}) => {
      if (connectOptions.at === undefined) roleOf(service);
      const transport = lazyTransport(
        () => choose(service, connectOptions),
        connectOptions.timeoutMs ?? defaultTimeoutMs,
      );
      return createClient(service, withAppErrors(transport, connectOptions.as !== undefined));
    },
    close: () => {
      for (const { close } of sessions.values()) close();
    },
  };
}
