import { createConnectRouter, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';
import { exchangeInterceptor } from '../answers/exchange.ts';
import { KeptAnswers } from '../answers/kept-answers.ts';
import { repeated, type Recorded } from '../answers/repeat.ts';
import { sharedReadsOf, type SharedReads } from '../answers/shared-read.ts';
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
  /** The reads whose answers are kept as bytes. */
  readonly sharedReads: SharedReads;
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
  const sharedReads = sharedReadsOf(services);
  const { edge, inProcess, served } = options.interceptors;
  const kept = new KeptAnswers<Recorded>();
  const repeating = (handler: UniversalHandler) =>
    sharedReads.has(handler.method) ? repeated(handler, served, kept) : handler;
  const fromOutside = (handlers: readonly UniversalHandler[]) =>
    handlers.map((handler) => admitted(repeating(handler), options.admission));
  return {
    public: fromOutside(collect(router([exchangeInterceptor(sharedReads), ...edge]), ['routes'])),
    internal: fromOutside(collect(router(edge), ['internalRoutes'])),
    inProcess: collect(router(inProcess), ['routes', 'internalRoutes']),
    sharedReads,
  };
}
