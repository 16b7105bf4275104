/**
 * Our server stack with the service of the official suite. The suite starts it once for each configuration: it writes
 * one message to the standard input, and reads one with the address.
 */
import { fromBinary, toBinary, toJson, fromJson } from '@bufbuild/protobuf';
import { once } from 'node:events';
import { z } from 'zod';
import { jsonOptions } from '../../platform/rpc/json/strict-router.ts';
import { createTestRpc } from '../../platform/testing/rpc.ts';
import { readContract } from './contract.ts';
import { registerConformance } from './handlers.ts';

const contract = readContract(process.argv[2] ?? '');

/** Reads one message with its length in front (32 bits, big-endian). */
async function readMessage(): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('the input has an encoding set');
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) break;
  }
  return bytes.subarray(4, 4 + bytes.readUInt32BE());
}

const wanted = z.object({ httpVersion: z.string(), messageReceiveLimit: z.int().default(0) });
const request = contract.message('ServerCompatRequest');
const { httpVersion, messageReceiveLimit } = wanted.parse(toJson(request, fromBinary(request, await readMessage())));

// The suite's messages contain messages of any type. Ours do not, so our JSON does not look types up.
Object.assign(jsonOptions, { registry: contract.registry });
const rpc = await createTestRpc(
  [{ role: 'conformance', checks: {}, routes: (router) => registerConformance(router, contract) }],
  messageReceiveLimit === 0 ? {} : { limits: { bodyBytes: messageReceiveLimit } },
);
const urls = await rpc.server.start();
const { hostname, port } = new URL(httpVersion === 'HTTP_VERSION_1' ? urls.http : (urls.grpc ?? ''));
const response = contract.message('ServerCompatResponse');
const answer = toBinary(response, fromJson(response, { host: hostname, port: Number(port) }));
const length = Buffer.alloc(4);
length.writeUInt32BE(answer.length);
process.stdout.write(Buffer.concat([length, answer]));
await once(process, 'SIGTERM');
process.exit();
