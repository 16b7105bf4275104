import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { createClient, type Client, type Transport } from '@connectrpc/connect';
import { createClients, type Clients } from '../rpc/clients/clients.ts';
import { withAppErrors } from '../rpc/clients/app-errors.ts';
import { directTransport } from '../rpc/clients/direct.ts';
import { createServer, type Server, type ServerOptions } from '../rpc/server/server.ts';
import type { Service } from '../service.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { frozenAnswers } from './frozen.ts';
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

const defaultTimeoutMs = 10_000;

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
  const endpoints = frozenAnswers(server.endpoints);
  clients.host(endpoints);
  return {
    server,
    auth,
    clients,
    connect: (service, { user, as } = {}) => {
      const tokenOf = async ({ parent, name }: DescMethod) => {
        if (as === undefined) return user && auth.tokenOf(user);
        return auth.serviceKeys.signer(as).sign({ audience: parent.typeName, scope: name });
      };
      return createClient(service, withAppErrors(withToken(directTransport(endpoints, undefined), tokenOf), false));
    },
  };
}

function withToken(transport: Transport, tokenOf: (method: DescMethod) => Promise<string | undefined>): Transport {
  const add = async (method: DescMethod, headers: Parameters<Transport['unary']>[3]) => {
    const token = await tokenOf(method);
    const header = new Headers(headers);
    if (token !== undefined) header.set('authorization', `Bearer ${token}`);
    return header;
  };
  return {
    unary: async (method, signal, timeoutMs = defaultTimeoutMs, headers, input) =>
      transport.unary(method, signal, timeoutMs, await add(method, headers), input),
    stream: async (method, signal, timeoutMs, headers, input) =>
      transport.stream(method, signal, timeoutMs, await add(method, headers), input),
  };
}
