import { Code, ConnectError, type ContextValues } from '@connectrpc/connect';
import { readAllBytes, type UniversalServerResponse } from '@connectrpc/connect/protocol';
import { errorFromJsonBytes } from '@connectrpc/connect/protocol-connect';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { AppError } from '../../errors/app-error.ts';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import type { Reason } from '../../../proto/reasons.ts';
import { etagOf, resourceEtagKey } from '../answers/conditional.ts';
import { exchangeKey } from '../answers/exchange.ts';
import { httpStatusKey } from '../server/http-status.ts';
import { applyHeaders, type Precondition } from './header-fields.ts';
import { readJsonBody } from './json-body.ts';
import { createKeptRest, type KeptRest, type KeptRestOptions, type RestAnswer } from './kept-rest.ts';
import { messageJson } from './message-json.ts';
import { problemOf, toProblem, type ProblemResponse } from './problem.ts';
import { readQuery } from './query.ts';
import type { RestRequest } from './request.ts';
import type { RestRoute, RouteTable } from './routes.ts';

export interface RestOptions extends KeptRestOptions {
  readonly routes: RouteTable;
  readonly bodyBytes: number;
  /** The first values of the handler's context. */
  readonly contextValues: (request: IncomingMessage) => ContextValues;
}

// Headers of this connection or of the body, which has been read. Those of Connect and gRPC must not reach the handler.
const notForwarded =
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|host|accept-encoding|content-.*|connect-.*|grpc-.*)$/;
// Headers that are wrong for the answer, whose body we write as plain JSON.
const notReturned = /^(?:content-length|content-encoding|accept-encoding|trailer-.*)$/;

function forwardedHeaders({ incoming, requestId }: RestRequest): Headers {
  const header = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || name.startsWith(':') || notForwarded.test(name)) continue;
    header.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  header.set('content-type', 'application/json');
  header.set('x-request-id', requestId);
  return header;
}

function send(outgoing: ServerResponse, { status, headers, body }: ProblemResponse): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}

/** Answers with an error. If the body was not read completely, the connection is closed after the answer. */
export function sendProblem(request: RestRequest, error: unknown): void {
  const { incoming, outgoing } = request;
  const problem = problemOf(error, request);
  if (!incoming.complete) problem.headers.connection = 'close';
  send(outgoing, problem);
}

function abortWith(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort(new ConnectError('the client went away', Code.Canceled));
  });
  return controller.signal;
}

function successHeaders(request: RestRequest, response: UniversalServerResponse): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of response.header ?? []) if (!notReturned.test(name)) headers[name] = value;
  const { method, headers: sent } = request.incoming;
  // Signing in has no token yet, but its answer has some (RFC 6749, section 5.1).
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead || sent.authorization !== undefined) headers['cache-control'] ??= 'no-store';
  return headers;
}

async function call(
  options: RestOptions,
  request: RestRequest,
  route: RestRoute,
  values: readonly string[],
): Promise<RestAnswer> {
  const { incoming, outgoing, path } = request;
  const search = incoming.url?.slice(path.length) ?? '';
  const receive = () => options.admission.receive(route.method);
  const body = route.body === '' ? undefined : await readJsonBody(incoming, options.bodyBytes, receive);
  const message = messageJson(route, values, readQuery(search), body);
  const { applied, precondition } = applyHeaders(route, message, incoming.headers);
  const signal = abortWith(outgoing);
  const invoke = async (): Promise<Invoked> => {
    const contextValues = options.contextValues(incoming);
    const response = await route.handler({
      httpVersion: incoming.httpVersion,
      method: 'POST',
      url: `http://rest${route.handler.requestPath}`,
      header: forwardedHeaders(request),
      body: message,
      signal,
      contextValues,
    });
    const bytes = await readAllBytes(response.body ?? (async function* () {})(), Number.MAX_SAFE_INTEGER);
    return { response, bytes, contextValues };
  };
  const { response, bytes, contextValues } = await (precondition === undefined
    ? invoke()
    : invokeIf(precondition, invoke));
  if (response.status !== 200) {
    const error = errorOf(bytes);
    const status = precondition !== undefined && isMismatch(error) ? preconditionFailed : undefined;
    return { response: toProblem(error, request, status) };
  }
  const headers = successHeaders(request, response);
  if (applied !== undefined) headers['preference-applied'] = applied;
  headers['content-length'] = bytes.byteLength;
  const resourceEtag = contextValues.get(resourceEtagKey);
  // The answer to a change of a resource has the same bytes as the answer to a read of it.
  if (resourceEtag !== undefined && changesResource.has(route.httpMethod)) headers.etag = etagOf(bytes, resourceEtag);
  const status = contextValues.get(httpStatusKey) ?? 200;
  const exchange = contextValues.get(exchangeKey);
  return { response: { status, headers, body: Buffer.from(bytes.buffer) }, exchange, resourceEtag };
}

const preconditionFailed = 412;
const changesResource = new Set(['PATCH', 'PUT']);

interface Invoked {
  readonly response: UniversalServerResponse;
  readonly bytes: Uint8Array;
  readonly contextValues: ContextValues;
}

function errorOf(bytes: Uint8Array): ConnectError {
  return errorFromJsonBytes(bytes, undefined, new ConnectError('internal error', Code.Internal));
}

function isMismatch(error: ConnectError): boolean {
  return error.findDetails(ErrorInfoSchema)[0]?.reason === ('ETAG_MISMATCH' satisfies Reason);
}

/** Makes the call with each etag that the condition allows, until one is the resource's. Usually there is only one. */
async function invokeIf({ etags, put }: Precondition, invoke: () => Promise<Invoked>): Promise<Invoked> {
  let invoked: Invoked | undefined;
  for (const etag of etags) {
    put(etag);
    invoked = await invoke();
    if (invoked.response.status === 200 || !isMismatch(errorOf(invoked.bytes))) break;
  }
  return invoked ?? invoke();
}

async function serve(
  options: RestOptions & { readonly kept: KeptRest },
  request: RestRequest,
  route: RestRoute,
  values: readonly string[],
) {
  const { kept } = options;
  const make = () => call(options, request, route, values);
  const signal = () => abortWith(request.outgoing);
  try {
    const response = kept.covers(route) ? await kept.serve(request, { route, signal, make }) : (await make()).response;
    if (response !== undefined) send(request.outgoing, response);
  } catch (error) {
    sendProblem(request, error);
  }
}

/**
 * Serves REST with the handlers of Connect. Path, query, headers and body become the message's JSON, which then takes
 * the same handler, interceptors and limits as any other call.
 * @returns a function that returns false if the path is not a REST route
 */
export function createRestHandler(options: RestOptions): (request: RestRequest) => boolean {
  const kept = createKeptRest(options);
  return (request) => {
    const { incoming, outgoing, path } = request;
    if (kept.send(request)) return true;
    const found = options.routes.find(incoming.method ?? '', path);
    if (found === undefined) return false;
    if (found.kind === 'route') {
      options.onRoute(outgoing, found.route.template.text);
      void serve({ ...options, kept }, request, found.route, found.values);
      return true;
    }
    options.onRoute(outgoing, found.template);
    refuseMethod(request, found.allow);
    return true;
  };
}

function refuseMethod(request: RestRequest, allow: readonly string[]): void {
  request.outgoing.setHeader('allow', allow.join(', '));
  if (request.incoming.method === 'OPTIONS') {
    request.outgoing.writeHead(204).end();
    return;
  }
  const message = `this path takes ${allow.join(', ')}`;
  sendProblem(request, new AppError('unimplemented', 'METHOD_NOT_ALLOWED', message));
}
