/** A message, and the same message in the envelope of gRPC, gRPC-Web and Connect's streams: larger than any limit. */
export const plain = Buffer.alloc(3_000_000, 'x');
export const enveloped = Buffer.alloc(5 + plain.length, plain);
enveloped.writeUInt8(0, 0);
enveloped.writeUInt32BE(plain.length, 1);
