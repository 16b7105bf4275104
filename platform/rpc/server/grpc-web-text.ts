import type { UniversalHandler, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { toConnectError } from '../../errors/to-connect.ts';
import { malformed } from '../json/malformed.ts';
import { around } from './around.ts';

const textType = /^application\/grpc-web-text(?<format>\+(?:proto|json))?$/i;
/** Groups of four characters. Each piece that a client has encoded by itself may end with padding. */
const groups = /^(?:[\d+/A-Za-z]{4}|[\d+/A-Za-z]{3}=|[\d+/A-Za-z]{2}==)*$/;
const piece = /[\d+/A-Za-z]+={0,2}/g;
const groupLength = 4;

function decode(text: string): Buffer {
  if (!groups.test(text))
    throw toConnectError(malformed([], 'the body is not base64, which application/grpc-web-text is'));
  return Buffer.concat((text.match(piece) ?? []).map((each) => Buffer.from(each, 'base64')));
}

async function* decoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = '';
  for await (const chunk of body) {
    const text = rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const end = text.length - (text.length % groupLength);
    rest = text.slice(end);
    if (end > 0) yield decode(text.slice(0, end));
  }
  if (rest !== '') yield decode(rest);
}

/** Connect yields an envelope at a time, so a client can decode each one when it comes. */
async function* encoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield Buffer.from(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('base64'));
  }
}

function asText(response: UniversalServerResponse): UniversalServerResponse {
  const type = response.header?.get('content-type') ?? '';
  if (!type.startsWith('application/grpc-web')) return response;
  const header = new Headers(response.header);
  header.set('content-type', type.replace('grpc-web', 'grpc-web-text'));
  return { ...response, header, ...(response.body === undefined ? {} : { body: encoded(response.body) }) };
}

/**
 * Serves gRPC-Web in base64, too, which Google's client for browsers sends unless it is told otherwise. Connect's handlers
 * only have the binary form.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export function withText(handler: UniversalHandler): UniversalHandler {
  return around(handler, async (request) => {
    const sent = textType.exec(request.header.get('content-type') ?? '');
    const { body } = request;
    const isStream = typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
    if (sent === null || !isStream) return handler(request);
    const header = new Headers(request.header);
    header.set('content-type', `application/grpc-web${sent.groups?.['format'] ?? ''}`);
    header.delete('content-length');
    return asText(await handler({ ...request, header, body: decoded(body) }));
  });
}
