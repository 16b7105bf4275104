import type { DescService } from '@bufbuild/protobuf';
import { createClient, type Client, type Transport } from '@connectrpc/connect';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Endpoints } from '../server/endpoints.ts';
import { withAppErrors } from './app-errors.ts';
import { directTransport } from './direct.ts';
import { grpcSession, type GrpcSession } from './grpc.ts';
import { lazyTransport } from './lazy.ts';

export interface ClientsOptions {
  /**
   * gRPC addresses of the replicas of the process that hosts a service, for example `['http://wallet:50054']`;
   * undefined if this process must host it.
   */
  readonly addressesOf?: (service: DescService) => readonly string[] | undefined;
  readonly logger: Logger;
  /** Timeout of unary calls. Default 3,000. */
  readonly timeoutMs?: number;
}

interface ConnectOptions {
  /** Signs the calls. Needed for internal services. */
  readonly as?: ServiceTokenSigner;
  readonly timeoutMs?: number;
  /** Calls the process that hosts this service. Needed for services that every process hosts, for example health. */
  readonly sameProcessAs?: DescService;
}

export interface Clients {
  /** Sets the methods that this process serves. From then on calls of their services go directly to them. */
  readonly host: (endpoints: Endpoints) => void;
  /** Makes a client of a service that runs in this process or in another. The client throws only AppErrors. */
  readonly connect: <Service extends DescService>(service: Service, options?: ConnectOptions) => Client<Service>;
  /** Ends connections to other processes. */
  readonly close: () => void;
}

/** Makes clients of services. A client is used in the same way whether its service is in this process or in another. */
export function createClients(options: ClientsOptions): Clients {
  let hosted: Endpoints = new Map();
  const sessions = new Map<string, GrpcSession>();
  const defaultTimeoutMs = options.timeoutMs ?? 3000;

  function session(addresses: readonly string[]): GrpcSession {
    const key = addresses.join();
    const made = sessions.get(key) ?? grpcSession(addresses);
    sessions.set(key, made);
    return made;
  }

  function choose(
    service: DescService,
    addresses: readonly string[] | undefined,
    as: ServiceTokenSigner | undefined,
  ): Transport {
    if (service.methods.some((method) => hosted.has(method))) return directTransport(hosted, as?.caller);
    if (addresses !== undefined) return session(addresses).transport({ as, logger: options.logger });
    throw new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'a service cannot be reached', {
      cause: new Error(`${service.typeName} is neither hosted here nor has an address`),
    });
  }

  return {
    host: (endpoints) => {
      hosted = endpoints;
    },
    connect: (service, { as, sameProcessAs = service, timeoutMs = defaultTimeoutMs } = {}) => {
      const addresses = options.addressesOf?.(sameProcessAs);
      const transport = lazyTransport(() => choose(service, addresses, as), timeoutMs);
      return createClient(service, withAppErrors(transport, as !== undefined));
    },
    close: () => {
      for (const { close } of sessions.values()) close();
    },
  };
}
