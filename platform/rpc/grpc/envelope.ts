import { Code, ConnectError } from '@connectrpc/connect';

/** In gRPC, five bytes stand before each message: flags, and the length as a 32-bit integer. */
export const prefixBytes = 5;
const compressedFlag = 1;

/** A message with its prefix. */
export function encodeEnvelope(message: Uint8Array, compressed = false): Buffer {
  const envelope = Buffer.allocUnsafe(prefixBytes + message.byteLength);
  envelope.writeUInt8(compressed ? compressedFlag : 0, 0);
  envelope.writeUInt32BE(message.byteLength, 1);
  envelope.set(message, prefixBytes);
  return envelope;
}

/** The length that a message's prefix gives; 0 while the prefix is not complete. */
export function promisedBytes([first]: readonly Buffer[]): number {
  return first === undefined || first.length < prefixBytes ? 0 : first.readUInt32BE(1);
}

/**
 * The one message of a body, which came in these chunks.
 * @throws a ConnectError if there is none, or more than one, or if it is compressed
 */
export function decodeEnvelope(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  const body = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
  if (body.length === 0) throw new ConnectError('protocol error: missing message for unary method', Code.Unimplemented);
  const end = prefixBytes + promisedBytes([body]);
  if (body.length < end) throw new ConnectError('protocol error: incomplete envelope', Code.InvalidArgument);
  if (body.length > end) {
    throw new ConnectError('protocol error: received extra message for unary method', Code.Unimplemented);
  }
  if ((body.readUInt8(0) & compressedFlag) !== 0) {
    throw new ConnectError('received compressed envelope, but do not know how to decompress', Code.Internal);
  }
  return body.subarray(prefixBytes);
}
