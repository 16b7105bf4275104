import { createConnectRouter, type ConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';
import { exchangeInterceptor } from '../answers/exchange.ts';
import { KeptAnswers } from '../answers/kept-answers.ts';
import { repeated, type Recorded } from '../answers/repeat.ts';
import { sharedReadsOf, type SharedReads } from '../answers/shared-read.ts';
import { jsonOptions, StrictRouter } from '../json/strict-router.ts';
import type { Interceptors } from '../interceptors/index.ts';
import type { Admission } from '../overload/admission.ts';
import { admitted } from '../overload/admit.ts';
import type { Service } from '../../service.ts';
import { endpointsOf, type Endpoints } from './endpoints.ts';
import { withText } from './grpc-web-text.ts';
import { withReasons } from './protocol-errors.ts';

export interface RpcHandlers {
  /** Handlers that the edge may reach. */
  readonly public: readonly UniversalHandler[];
  /** For service tokens only: never on the HTTP port. */
  readonly internal: readonly UniversalHandler[];
  /** The methods of both, without Connect's handlers around them. */
  readonly endpoints: Endpoints;
  /** The reads whose answers are kept as bytes. */
  readonly sharedReads: SharedReads;
}

export interface RpcOptions {
  readonly interceptors: Interceptors;
  readonly bodyBytes: number;
  /** Longest time until the body of a request is there. */
  readonly bodyWithinMs: number;
  readonly admission: Admission;
  /** Aborted when calls still in flight are cut. */
  readonly cut: AbortSignal;
}

/**
 * Makes the handlers of all services. All protocols, REST included, and calls within the process use the same
 * implementations and the same guards.
 */
export function createRpcHandlers(services: readonly Service[], options: RpcOptions): RpcHandlers {
  const { edge, guardOf, served } = options.interceptors;
  const register = (router: ConnectRouter, kind: 'routes' | 'internalRoutes'): void => {
    for (const service of services) service[kind]?.(router);
  };
  const sharedReads = sharedReadsOf(services);
  const kept = new KeptAnswers<Recorded>();
  const repeating = (handler: UniversalHandler): UniversalHandler =>
    sharedReads.has(handler.method) ? repeated(handler, served, kept) : handler;
  const fromOutside = (kind: 'routes' | 'internalRoutes'): UniversalHandler[] => {
    const router = createConnectRouter({
      // Shared reads are public.
      interceptors: kind === 'routes' ? [exchangeInterceptor(sharedReads), ...edge] : edge,
      jsonOptions,
      readMaxBytes: options.bodyBytes,
      acceptCompression: [compressionGzip],
      shutdownSignal: options.cut,
    });
    register(new StrictRouter(router), kind);
    const limits = { bodyBytes: options.bodyBytes, withinMs: options.bodyWithinMs };
    return router.handlers.map((handler) =>
      withText(admitted(repeating(withReasons(handler)), options.admission, limits)),
    );
  };
  return {
    public: fromOutside('routes'),
    internal: fromOutside('internalRoutes'),
    endpoints: endpointsOf((router) => {
      register(router, 'routes');
      register(router, 'internalRoutes');
    }, guardOf),
    sharedReads,
  };
}
