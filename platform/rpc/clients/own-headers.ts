import type { DescMethod } from '@bufbuild/protobuf';
import type { ServiceTokenSigner } from '../../auth/service-token.ts';
import { currentRequestId } from '../../telemetry/request-context.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';

/**
 * The headers that every call to another process has: the current request id, and a token for this service and method
 * only, if a service calls.
 */
export async function ownHeaders(
  { parent, name }: DescMethod,
  as: ServiceTokenSigner | undefined,
): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  const requestId = currentRequestId();
  if (requestId !== undefined) headers[requestIdHeader] = requestId;
  if (as !== undefined) headers.authorization = `Bearer ${await as.sign({ audience: parent.typeName, scope: name })}`;
  return headers;
}
