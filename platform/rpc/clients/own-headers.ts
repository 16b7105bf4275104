import type { DescMethod } from '@bufbuild/protobuf';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import { currentOrigin } from '../../telemetry/request-context.ts';
import { traceparentHeader } from '../../telemetry/trace-context.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';

/**
 * The headers that every call to another process has: the id and the trace of the current request. If a service calls, also
 * a token for this service and method only.
 */
export async function ownHeaders(
  { parent, name }: DescMethod,
  as: ServiceTokenSigner | undefined,
): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  const origin = currentOrigin();
  if (origin !== undefined) {
    headers[requestIdHeader] = origin.requestId;
    headers[traceparentHeader] = origin.traceparent;
  }
  if (as !== undefined) headers.authorization = `Bearer ${await as.sign({ audience: parent.typeName, scope: name })}`;
  return headers;
}
