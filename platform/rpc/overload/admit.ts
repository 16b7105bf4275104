import { Code, type ConnectError } from '@connectrpc/connect';
import {
  createAsyncIterable,
  encodeEnvelope,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from '@connectrpc/connect/protocol';
import {
  codeToHttpStatus,
  endStreamFlag,
  endStreamToJson,
  errorToJsonBytes,
} from '@connectrpc/connect/protocol-connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { toConnectError } from '../../errors/to-connect.ts';
import { around } from '../server/around.ts';
import { permitKey, type Admission } from './admission.ts';
import { arrived, type ArrivalLimits } from './arrival.ts';

const requestTimeout = 408;

/** Runs the handler only with a permit. A call asks for one when its body is there. */
export function admitted(handler: UniversalHandler, admission: Admission, limits: ArrivalLimits): UniversalHandler {
  const { methodKind } = handler.method;
  // A caller that streams may wait for answers to what it has sent before it sends more.
  const hasOneMessage = methodKind === 'unary' || methodKind === 'server_streaming';
  return around(handler, async (sent) => {
    let request = sent;
    let release: () => void;
    try {
      if (hasOneMessage) request = await arrived(sent, limits, () => admission.receive(handler.method));
      const permit = await admission.enter(handler.method, () => request.signal);
      request.contextValues?.set(permitKey, permit);
      release = permit.retain();
    } catch (error) {
      return refusal(sent, toConnectError(error));
    }
    try {
      return await handler(request);
    } finally {
      release();
    }
  });
}

/** The refusal in the request's protocol. */
function refusal({ header: sent }: UniversalServerRequest, error: ConnectError): UniversalServerResponse {
  const type = sent.get('content-type') ?? 'application/json';
  if (type.startsWith('application/grpc-web')) {
    return { status: 200, header: setTrailerStatus(new Headers({ 'content-type': type }), error) };
  }
  if (type.startsWith('application/grpc')) {
    const trailer = setTrailerStatus(new Headers(), error);
    return { status: 200, header: new Headers({ 'content-type': type }), trailer, body: createAsyncIterable([]) };
  }
  const header = new Headers(error.metadata);
  if (type.startsWith('application/connect+')) {
    header.set('content-type', type);
    const end = JSON.stringify(endStreamToJson(new Headers(), error, undefined));
    return { status: 200, header, body: createAsyncIterable([encodeEnvelope(endStreamFlag, Buffer.from(end))]) };
  }
  header.set('content-type', 'application/json');
  return {
    // Only the arrival of the body has a deadline here. A caller that sends slowly is not an error of the server.
    status: error.code === Code.DeadlineExceeded ? requestTimeout : codeToHttpStatus(error.code),
    header,
    body: createAsyncIterable([errorToJsonBytes(error, undefined)]),
  };
}
