import { createConnectRouter, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';
import type { InterceptorChains } from '../interceptors/index.ts';
import type { Admission } from '../overload/admission.ts';
import { admitted } from '../overload/admit.ts';
import type { Service } from '../../service.ts';
import { withReasons } from './protocol-errors.ts';

export interface RpcHandlers {
  /** Handlers that the edge may reach. */
  readonly public: readonly UniversalHandler[];
  /** For service tokens only: never on the HTTP port. */
  readonly internal: readonly UniversalHandler[];
  /** All of them, for calls within the process. */
  readonly inProcess: readonly UniversalHandler[];
}

/** proto3 JSON with empty lists, empty strings and zeros, so that clients need no defaults. */
export const jsonOptions = { alwaysEmitImplicit: true } as const;

export interface RpcOptions {
  readonly interceptors: InterceptorChains;
  readonly bodyBytes: number;
  readonly admission: Admission;
  /** Aborted when calls still in flight are cut. */
  readonly cut: AbortSignal;
}

/**
 * Makes the handlers of all services. All protocols, REST included, and calls within the process use the same
 * implementations and interceptors.
 */
export function createRpcHandlers(services: readonly Service[], options: RpcOptions): RpcHandlers {
  const router = (interceptors: Interceptor[]) =>
    createConnectRouter({
      interceptors,
      jsonOptions,
      readMaxBytes: options.bodyBytes,
      acceptCompression: [compressionGzip],
      shutdownSignal: options.cut,
    });
  const collect = (target: ConnectRouter, kinds: readonly ('routes' | 'internalRoutes')[]) => {
    for (const service of services) for (const kind of kinds) service[kind]?.(target);
    return target.handlers.map(withReasons);
  };
  const fromOutside = (handlers: readonly UniversalHandler[]) =>
    handlers.map((handler) => admitted(handler, options.admission));
  return {
    public: fromOutside(collect(router(options.interceptors.edge), ['routes'])),
    internal: fromOutside(collect(router(options.interceptors.edge), ['internalRoutes'])),
    inProcess: collect(router(options.interceptors.inProcess), ['routes', 'internalRoutes']),
  };
}
