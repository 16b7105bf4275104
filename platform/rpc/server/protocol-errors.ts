import { Code, ConnectError } from '@connectrpc/connect';
import {
  createAsyncIterable,
  encodeEnvelope,
  readAllBytes,
  type UniversalHandler,
  type UniversalServerResponse,
} from '@connectrpc/connect/protocol';
import {
  codeToHttpStatus,
  endStreamFlag,
  endStreamFromJson,
  endStreamToJson,
  errorFromJsonBytes,
  errorToJsonBytes,
} from '@connectrpc/connect/protocol-connect';
import { findTrailerError, setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { trailerFlag, trailerParse, trailerSerialize } from '@connectrpc/connect/protocol-grpc-web';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { AppError } from '../../errors/app-error.ts';
import { toConnectError } from '../../errors/to-connect.ts';
import { violationsIn } from '../json/decoding-error.ts';
import { around } from './around.ts';
import { withRefusalBody } from './bare-refusals.ts';

const maxErrorBytes = 1_048_576;

/** Gives a reason to an error that Connect raised while it read the request, before any interceptor. */
export function readingError(error: ConnectError): ConnectError {
  if (error.findDetails(ErrorInfoSchema).length > 0) return error;
  const message = error.rawMessage;
  if (error.code === Code.ResourceExhausted) {
    return toConnectError(new AppError('resource_exhausted', 'BODY_TOO_LARGE', message, { kind: 'definitive' }));
  }
  const unreadable = message.startsWith('parse binary') || message.startsWith('decompression');
  if (error.code !== Code.InvalidArgument && !unreadable) {
    return toConnectError(new ConnectError(message, error.code));
  }
  const violations = unreadable ? [] : violationsIn(message);
  return toConnectError(new AppError('invalid_argument', 'MALFORMED_REQUEST', message, { violations }));
}

/** gRPC sends the status in the trailers, which are complete after the body. */
async function* withTrailerReason(body: AsyncIterable<Uint8Array>, trailer: Headers): AsyncGenerator<Uint8Array> {
  yield* body;
  const error = findTrailerError(trailer);
  if (error === undefined) return;
  const better = readingError(error);
  if (better !== error) setTrailerStatus(trailer, better);
}

/** Connect and gRPC-Web send the outcome in the last envelope of a stream. Other envelopes are not changed. */
function amendEnvelope(envelope: Uint8Array): Uint8Array {
  const [flags] = envelope;
  const data = envelope.subarray(5);
  if (flags === endStreamFlag) {
    const { metadata, error } = endStreamFromJson(data);
    const better = error && readingError(error);
    if (better === error) return envelope;
    return encodeEnvelope(flags, Buffer.from(JSON.stringify(endStreamToJson(metadata, better, undefined))));
  }
  if (flags !== trailerFlag) return envelope;
  const trailer = trailerParse(data);
  const error = findTrailerError(trailer);
  const better = error && readingError(error);
  if (better === undefined || better === error) return envelope;
  setTrailerStatus(trailer, better);
  return encodeEnvelope(flags, trailerSerialize(trailer));
}

/** Connect yields one envelope at a time. */
async function* withEndReason(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const envelope of body) yield amendEnvelope(envelope);
}

const enveloped = /^application\/(?:connect\+|grpc-web)/;

async function amend(response: UniversalServerResponse): Promise<UniversalServerResponse> {
  const { body, header, trailer } = response;
  if (trailer !== undefined && body !== undefined) return { ...response, body: withTrailerReason(body, trailer) };
  if (body !== undefined && enveloped.test(header?.get('content-type') ?? '')) {
    return { ...response, body: withEndReason(body) };
  }
  if (response.status < 400 || body === undefined || header?.get('content-type') !== 'application/json')
    return response;
  const encoding = header.get('content-encoding');
  const bytes = await readAllBytes(body, maxErrorBytes);
  if (encoding !== null) return { ...response, body: createAsyncIterable([bytes]) };
  const fallback = new ConnectError('internal error', Code.Internal);
  const error = errorFromJsonBytes(bytes, undefined, fallback);
  const better = error === fallback ? error : readingError(error);
  if (better === error) return { ...response, body: createAsyncIterable([bytes]) };
  const amended = errorToJsonBytes(better, undefined);
  header.set('content-length', String(amended.byteLength));
  return { ...response, status: codeToHttpStatus(better.code), header, body: createAsyncIterable([amended]) };
}

/**
 * Gives Connect's own errors (unreadable JSON, too large, …) the reason and details that all our errors have. Mistakes
 * of the caller become a 4xx.
 */
export function withReasons(handler: UniversalHandler): UniversalHandler {
  return around(handler, async (request) => amend(withRefusalBody(handler, request.method, await handler(request))));
}
