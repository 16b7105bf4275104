import type { DescMethod } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { codeName } from '../../errors/code-name.ts';
import { connectCode, type Refusal } from '../../errors/to-connect.ts';
import { recordsSpanOf, SpanKind, startSpan, type OpenSpan } from '../../telemetry/spans.ts';
import type { RequestContext } from '../../telemetry/request-context.ts';

/** Codes that are the server's fault (semantic conventions of gRPC). With the others the caller has to change something. */
const faults = new Set([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Unimplemented,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

interface Served {
  /** The caller's. */
  readonly traceparent: string | undefined;
  /** Whether the call comes from within the process. */
  readonly inProcess: boolean;
  /** Whether only services may call the method. */
  readonly forServices: boolean;
}

const nameOf = ({ parent, name }: DescMethod): string => `${parent.typeName}/${name}`;

/**
 * The span of a call that is served. Upkeep calls services all the time without anybody waiting for it: what no span has
 * caused is recorded only if it came from a client.
 */
export function serverSpan(method: DescMethod, { traceparent, inProcess, forServices }: Served): OpenSpan | undefined {
  if (!recordsSpanOf(traceparent)) return undefined;
  if (traceparent === undefined && (inProcess || forServices)) return undefined;
  return startSpan(nameOf(method), {
    kind: inProcess ? SpanKind.INTERNAL : SpanKind.SERVER,
    parent: traceparent,
    attributes: { 'rpc.system.name': 'connectrpc', 'rpc.method': nameOf(method) },
  });
}

export function endServerSpan(
  span: OpenSpan,
  refusal: Refusal | undefined,
  { orderId, userId, actorId }: RequestContext,
): void {
  const code = refusal && connectCode(refusal.error);
  const status = code === undefined ? 'ok' : codeName(code);
  span.end(code !== undefined && faults.has(code) ? status : undefined, {
    'rpc.status_code': status,
    ...(orderId === undefined ? {} : { 'ecommerce.order.id': orderId }),
    ...(userId === undefined ? {} : { 'user.id': userId }),
    ...(actorId === undefined ? {} : { 'ecommerce.actor.id': actorId }),
  });
}

/** The span of a call to another process; undefined if it is not recorded. */
export function clientSpan(method: DescMethod, parent: string | undefined): OpenSpan | undefined {
  if (parent === undefined || !recordsSpanOf(parent)) return undefined;
  const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': nameOf(method) };
  return startSpan(nameOf(method), { kind: SpanKind.CLIENT, parent, attributes });
}
