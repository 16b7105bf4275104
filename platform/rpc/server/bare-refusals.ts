import { createAsyncIterable, type UniversalHandler, type UniversalServerResponse } from '@connectrpc/connect/protocol';
import { errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import { AppError } from '../../errors/app-error.ts';
import { toConnectError } from '../../errors/to-connect.ts';

const notAllowed = 405;
const unsupportedType = 415;

function refusal(status: number, error: AppError, header: Headers): UniversalServerResponse {
  const bytes = errorToJsonBytes(toConnectError(error), undefined);
  header.set('content-type', 'application/json');
  header.set('content-length', String(bytes.byteLength));
  return { status, header, body: createAsyncIterable([bytes]) };
}

/**
 * Connect refuses a method or a content type with a bare status. This adds what clients need: `Allow` (RFC 9110, 15.5.6)
 * and a reason.
 */
export function withRefusalBody(
  { allowedMethods }: UniversalHandler,
  method: string,
  response: UniversalServerResponse,
): UniversalServerResponse {
  if (response.body !== undefined) return response;
  if (response.status === notAllowed) {
    const allow = [...allowedMethods, 'OPTIONS'].sort().join(', ');
    const header = new Headers({ allow });
    if (method === 'OPTIONS') return { status: 204, header };
    return refusal(notAllowed, new AppError('unimplemented', 'METHOD_NOT_ALLOWED', `this path takes ${allow}`), header);
  }
  if (response.status !== unsupportedType) return response;
  const message =
    'the content type must be one of Connect, gRPC or gRPC-Web, for example application/json or application/proto; ' +
    'a GET says it in the parameter `encoding`, and a stream wants application/connect+json or application/connect+proto';
  return refusal(
    unsupportedType,
    new AppError('invalid_argument', 'UNSUPPORTED_MEDIA_TYPE', message),
    new Headers(response.header),
  );
}
