import type { DescService } from '@bufbuild/protobuf';
import { createClient, createRouterTransport, type Client } from '@connectrpc/connect';
import { createClients, type Clients } from '../rpc/clients/clients.ts';
import { withAppErrors } from '../rpc/clients/app-errors.ts';
import { serviceTokenClientInterceptor } from '../rpc/clients/interceptors.ts';
import { createServer, type Server, type ServerOptions } from '../rpc/server/server.ts';
import type { Service } from '../service.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createTestAuth, type TestAuth, type TestUser } from './tokens.ts';
import { Registry } from 'prom-client';

export interface TestRpc {
  readonly server: Server;
  readonly auth: TestAuth;
  /** Clients as a service has them: `clients.connect(ProductService)`. */
  readonly clients: Clients;
  /** A client with a real token of that user, or of that service. Without either: anonymous. Errors are AppErrors. */
  readonly connect: <S extends DescService>(
    service: S,
    caller?: { readonly user?: TestUser; readonly as?: string },
  ) => Client<S>;
}

export interface TestRpcOptions {
  readonly auth?: TestAuth;
  readonly logger?: Logger;
  /** Clients that were made before the services, because the services need them. */
  readonly clients?: Clients;
  readonly limits?: ServerOptions['limits'];
  /** Default: any free ports. */
  readonly ports?: ServerOptions['ports'];
}

/**
 * Runs services with the interceptors that they have in production, in memory. `server.start()` opens the listeners.
 */
export async function createTestRpc(services: readonly Service[], options: TestRpcOptions = {}): Promise<TestRpc> {
  const logger = options.logger ?? createLogger({ role: 'test', level: 'silent' });
  const auth = options.auth ?? (await createTestAuth());
  const server = createServer({
    name: `${services[0]?.role ?? 'test'}-service`,
    services,
    ports: options.ports ?? { http: 0, grpc: 0 },
    logger,
    registry: new Registry(),
    auth,
    corsOrigins: ['https://shop.example'],
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const clients = options.clients ?? createClients({ logger });
  clients.host(server.handlers);
  return {
    server,
    auth,
    clients,
    connect: (service, { user, as } = {}) => {
      const authorize =
        as === undefined ? auth.userInterceptor(user) : serviceTokenClientInterceptor(auth.serviceKeys.signer(as));
      const transport = createRouterTransport((router) => void router.handlers.push(...server.handlers), {
        transport: { interceptors: [authorize], defaultTimeoutMs: 10_000 },
      });
      return createClient(service, withAppErrors(transport, false));
    },
  };
}
