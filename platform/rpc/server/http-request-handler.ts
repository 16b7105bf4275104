import { connectNodeAdapter } from '@connectrpc/connect-node';
import { getRequestListener } from '@hono/node-server';
import { IncomingMessage, ServerResponse, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { AppError } from '../../errors/app-error.ts';
import { acceptRequestId } from '../../telemetry/request-context.ts';
import { varyKey, varyOn } from '../answers/conditional.ts';
import { receivedKey } from '../overload/arrival.ts';
import type { RestRequest } from '../transcoding/request.ts';
import { createRestHandler, sendProblem } from '../transcoding/rest.ts';
import { createRouteTable } from '../transcoding/routes.ts';
import type { KeptRestOptions } from '../transcoding/kept-rest.ts';
import { edgeValues } from './client-address.ts';
import { acceptTarget, defaultHost, isWellFormed } from './request-target.ts';
import { mediaTypeOf } from './content-type.ts';
import { createCors } from './cors.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpMetrics } from './http-metrics.ts';
import type { RpcHandlers } from './rpc.ts';
import { dropHugeTimeouts } from './timeouts.ts';

export interface HttpRequestHandlerOptions extends Omit<KeptRestOptions, 'onRoute'> {
  readonly handlers: RpcHandlers['public'];
  readonly app: HttpApp;
  readonly metrics: HttpMetrics;
  readonly bodyBytes: number;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: number;
}

const idHeader = 'x-request-id';

/** Connect's handlers compare the header as text. */
function plainContentType(headers: IncomingHttpHeaders): void {
  const type = mediaTypeOf(headers['content-type']);
  if (type !== undefined) headers['content-type'] = type;
}

function describe(incoming: IncomingMessage, outgoing: ServerResponse): RestRequest {
  const sent = incoming.headers[idHeader];
  const requestId = acceptRequestId(Array.isArray(sent) ? undefined : sent);
  // Connect's adapter reads the headers from here, so that both use the same id.
  incoming.headers[idHeader] = requestId;
  outgoing.setHeader(idHeader, requestId);
  return { incoming, outgoing, path: incoming.url?.split('?', 1)[0] ?? '', requestId };
}

function malformedHead(cause?: unknown): AppError {
  return new AppError('invalid_argument', 'MALFORMED_REQUEST', 'the request head is malformed', { cause });
}

/**
 * Handles requests of the HTTP listener: Connect and gRPC-Web first, then REST, then plain HTTP. Internal services are
 * not among the handlers, so no path leads to them.
 */
export function createHttpRequestHandler(options: HttpRequestHandlerOptions): RequestListener {
  const { app, handlers, metrics } = options;
  const cors = createCors(options.corsOrigins);
  const contextValues = (request: Parameters<typeof edgeValues>[0]) => edgeValues(request, options.trustedProxies);
  const rpcPaths = new Set(handlers.map(({ requestPath }) => requestPath));
  const rest = createRestHandler({
    routes: createRouteTable(handlers),
    bodyBytes: options.bodyBytes,
    contextValues,
    reads: options.reads,
    admission: options.admission,
    served: options.served,
    onRoute: metrics.setRoute,
  });
  const connect = connectNodeAdapter({
    routes: (router) => void router.handlers.push(...handlers),
    // Connect's adapter replaces the header that CORS has set.
    contextValues: (request) =>
      contextValues(request)
        .set(varyKey, varyOn(cors.varyOf(request)))
        .set(receivedKey, () => request.complete),
  });
  const hono = getRequestListener(
    (request, { incoming, outgoing }) =>
      incoming instanceof IncomingMessage && outgoing instanceof ServerResponse
        ? app.fetch(request, { incoming, outgoing })
        : new Response(null, { status: 505 }),
    { overrideGlobalObjects: false, hostname: defaultHost },
  );

  return (incoming, outgoing) => {
    metrics.track(incoming, outgoing);
    acceptTarget(incoming);
    const request = describe(incoming, outgoing);
    try {
      if (cors.answer(incoming, outgoing)) return;
      if (rpcPaths.has(request.path)) {
        metrics.setRoute(outgoing, request.path);
        dropHugeTimeouts(incoming.headers);
        plainContentType(incoming.headers);
        // Answers are meant for their caller. Those that anyone may keep say so themselves.
        outgoing.setHeader('cache-control', 'no-store');
        connect(incoming, outgoing);
      } else if (!rest(request)) {
        if (isWellFormed(incoming)) void hono(incoming, outgoing);
        else sendProblem(request, malformedHead());
      }
    } catch (error) {
      // Connect's adapter throws if no URL can be made of the Host header.
      sendProblem(request, malformedHead(error));
    }
  };
}
