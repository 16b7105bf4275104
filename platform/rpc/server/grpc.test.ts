import * as grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { connect as connectHttp2 } from 'node:http2';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createFixture } from '../../testing/fixture.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

// A client that shares no code with the server: descriptors come from the server's own reflection.
const require = createRequire(import.meta.url);
const versions = ['v1', 'v1alpha'] as const;
const reflectionProtos = join(dirname(require.resolve('@grpc/reflection/package.json')), 'build/proto/grpc/reflection');
const protos = {
  health: join(dirname(require.resolve('grpc-health-check/package.json')), 'proto/health/v1/health.proto'),
  reflection: versions.map((version) => join(reflectionProtos, version, 'reflection.proto')),
};
const fixture = createFixture();
let rpc: TestRpc;
let address: string;

beforeAll(async () => {
  rpc = await createTestRpc([fixture.service]);
  address = new URL((await rpc.server.start()).grpc ?? '').host;
});

afterAll(() => rpc.server.stop());

type Definition = protoLoader.MethodDefinition<object, object>;

function method(definition: protoLoader.PackageDefinition, service: string, name: string): Definition {
  const found = definition[service];
  const method = found !== undefined && name in found ? Reflect.get(found, name) : undefined;
  if (method === undefined) throw new Error(`${service}/${name} is not in the descriptors`);
  return method;
}

interface Answer {
  readonly code: grpc.status;
  readonly value?: unknown;
  readonly metadata?: grpc.Metadata;
}

async function unary(
  definition: Definition,
  request: object,
  metadata = new grpc.Metadata(),
  deadlineMs = 5000,
): Promise<Answer> {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  const { promise, resolve } = Promise.withResolvers<Answer>();
  client.makeUnaryRequest(
    definition.path,
    definition.requestSerialize,
    definition.responseDeserialize,
    request,
    metadata,
    { deadline: Date.now() + deadlineMs },
    (error, value) =>
      resolve(error === null ? { code: grpc.status.OK, value } : { code: error.code, metadata: error.metadata }),
  );
  const answer = await promise;
  client.close();
  return answer;
}

const health = protoLoader.loadSync(protos.health, { enums: String });
const reflection = protoLoader.loadSync(protos.reflection, { keepCase: true, bytes: Buffer, oneofs: true });

async function reflect(request: object, version: (typeof versions)[number] = 'v1'): Promise<unknown> {
  const info = method(reflection, `grpc.reflection.${version}.ServerReflection`, 'ServerReflectionInfo');
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  const call = client.makeBidiStreamRequest(info.path, info.requestSerialize, info.responseDeserialize);
  call.write(request);
  const [answer] = await once(call, 'data');
  call.end();
  client.close();
  return answer;
}

test.each([
  { file_by_filename: 'ecommerce/wallet/v1/wallet.proto' },
  { file_containing_symbol: 'ecommerce.wallet.v1.WalletService' },
  { file_containing_extension: { containing_type: 'google.protobuf.MethodOptions', extension_number: 72295728 } },
  { all_extension_numbers_of_type: 'google.protobuf.MethodOptions' },
  { file_containing_symbol: 'nobody' },
  {},
])('v1alpha answers %j as v1 does', async (request) => {
  const answer = await reflect(request);
  expect(answer).toHaveProperty('message_response');
  expect(await reflect(request, 'v1alpha')).toEqual(answer);
});

const filesSchema = z.object({
  file_descriptor_response: z.object({ file_descriptor_proto: z.array(z.instanceof(Buffer)) }),
});

async function describedBy(request: object): Promise<protoLoader.PackageDefinition> {
  const files = filesSchema.parse(await reflect(request)).file_descriptor_response.file_descriptor_proto;
  // proto-loader wants a FileDescriptorSet: field 1, length-delimited.
  const parts = files.flatMap((file) => [Buffer.from([0x0a]), varint(file.length), file]);
  return protoLoader.loadFileDescriptorSetFromBuffer(Buffer.concat(parts), { longs: String, enums: String });
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

test.each(versions)('reflection %s lists the public services, health and nothing else', async (version) => {
  expect(await reflect({ list_services: '' }, version)).toMatchObject({
    list_services_response: {
      service: [
        { name: 'ecommerce.wallet.v1.WalletService' },
        { name: 'ecommerce.products.v1.ProductService' },
        { name: 'ecommerce.cart.v1.CartService' },
        { name: 'ecommerce.order.v1.OrderService' },
        { name: 'ecommerce.checkout.v1.CheckoutService' },
        { name: 'grpc.health.v1.Health' },
      ],
    },
  });
});

test('a client that knows only reflection can call', async () => {
  const definition = await describedBy({ file_containing_symbol: 'ecommerce.wallet.v1.WalletService' });
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${await rpc.auth.tokenOf({ userId: 'someone' })}`);
  const answer = await unary(method(definition, 'ecommerce.wallet.v1.WalletService', 'GetWallet'), {}, metadata);
  expect(answer).toMatchObject({ code: grpc.status.OK, value: { wallet: { wallet_id: 'someone' } } });
});

test('a refusal carries its details to a foreign client', async () => {
  const definition = await describedBy({ file_containing_symbol: 'ecommerce.wallet.v1.WalletService.GetWallet' });
  const { code, metadata } = await unary(method(definition, 'ecommerce.wallet.v1.WalletService', 'GetWallet'), {});
  expect(code).toBe(grpc.status.UNAUTHENTICATED);
  expect(String(metadata?.get('grpc-status-details-bin')[0])).toContain('TOKEN_INVALID');
});

test('reflection finds files, messages, methods and extensions', async () => {
  const named = async (request: object) => {
    const [first] = filesSchema.parse(await reflect(request)).file_descriptor_response.file_descriptor_proto;
    return first === undefined ? undefined : fromBinary(FileDescriptorProtoSchema, first).name;
  };
  expect(await named({ file_by_filename: 'ecommerce/type/v1/money.proto' })).toBe('ecommerce/type/v1/money.proto');
  expect(await named({ file_containing_symbol: 'ecommerce.type.v1.Money' })).toBe('ecommerce/type/v1/money.proto');
  const extension = { containing_type: 'google.protobuf.MethodOptions', extension_number: 50001 };
  expect(await named({ file_containing_extension: extension })).toBe('ecommerce/options/v1/access.proto');
  expect(await reflect({ all_extension_numbers_of_type: 'google.protobuf.MethodOptions' })).toMatchObject({
    all_extension_numbers_response: { extension_number: expect.arrayContaining([50001, 50002, 72295728]) },
  });
  expect(await reflect({ file_containing_symbol: 'ecommerce.Nothing' })).toMatchObject({
    error_response: { error_code: grpc.status.NOT_FOUND },
  });
});

test('health tells whether the process and each service can serve', async () => {
  const check = method(health, 'grpc.health.v1.Health', 'Check');
  expect(await unary(check, { service: '' })).toMatchObject({ value: { status: 'SERVING' } });
  expect(await unary(check, { service: 'ecommerce.wallet.v1.WalletService' })).toMatchObject({
    value: { status: 'SERVING' },
  });
  expect((await unary(check, { service: 'nobody' })).code).toBe(grpc.status.NOT_FOUND);
});

test('an unknown method is unimplemented', async () => {
  const check = {
    ...method(health, 'grpc.health.v1.Health', 'Check'),
    path: '/ecommerce.wallet.v1.WalletService/Nothing',
  };
  expect((await unary(check, {})).code).toBe(grpc.status.UNIMPLEMENTED);
});

describe('a request as no usual client sends it', () => {
  const framed = (message: Uint8Array, flags = 0) => {
    const prefix = Buffer.from([flags, 0, 0, 0, 0]);
    prefix.writeUInt32BE(message.length, 1);
    return Buffer.concat([prefix, message]);
  };
  const empty = framed(Buffer.alloc(0));

  /** The gRPC status, and the reason if it is a refusal. */
  async function answer(body: Buffer, headers: Record<string, string>): Promise<string> {
    const session = connectHttp2(`http://${address}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/ecommerce.wallet.v1.WalletService/GetWallet',
      'content-type': 'application/grpc',
      authorization: `Bearer ${await rpc.auth.tokenOf({ userId: 'someone' })}`,
      ...headers,
    });
    const trailers = once(stream, 'trailers');
    stream.resume().end(body);
    const [sent] = await trailers;
    session.destroy();
    const details = Buffer.from(String(sent['grpc-status-details-bin'] ?? ''), 'base64').toString('latin1');
    const reason = /[A-Z]+_[A-Z_]+|UNIMPLEMENTED|INTERNAL/.exec(details)?.[0] ?? 'ok';
    return `${sent['grpc-status']} ${reason}`;
  }

  test.each<[string, Buffer, Record<string, string>, string]>([
    ['no message', Buffer.alloc(0), {}, '12 UNIMPLEMENTED'],
    ['half a prefix', Buffer.from([0, 0]), {}, '3 MALFORMED_REQUEST'],
    ['a message that ends too soon', Buffer.from([0, 0, 0, 0, 9, 1]), {}, '3 MALFORMED_REQUEST'],
    ['two messages', Buffer.concat([empty, empty]), {}, '12 UNIMPLEMENTED'],
    ['rubbish for a message', framed(Buffer.from([255, 255, 255])), {}, '3 MALFORMED_REQUEST'],
    ['a message that is too long', framed(Buffer.alloc(1_100_000)), {}, '8 BODY_TOO_LARGE'],
    ['the promise of a long message', Buffer.from([0, 255, 255, 255, 255, 1]), {}, '8 BODY_TOO_LARGE'],
    ['gzip without saying so', framed(gzipSync('x'), 1), {}, '13 INTERNAL'],
    ['gzip', framed(gzipSync(''), 1), { 'grpc-encoding': 'gzip' }, '0 ok'],
    ['another coding', empty, { 'grpc-encoding': 'lz4' }, '12 UNIMPLEMENTED'],
    ['JSON', framed(Buffer.from('{}')), { 'content-type': 'application/grpc+json' }, '0 ok'],
    ['a timeout', empty, { 'grpc-timeout': '5S' }, '0 ok'],
    ['no time at all', empty, { 'grpc-timeout': '0m' }, '4 DEADLINE_EXCEEDED'],
    ['a timeout too long for a timer', empty, { 'grpc-timeout': '99999999H' }, '0 ok'],
    ['a timeout that cannot be read', empty, { 'grpc-timeout': 'soon' }, '3 MALFORMED_REQUEST'],
  ])('%s', async (_, body, headers, is) => {
    expect(await answer(body, headers)).toBe(is);
  });
});

test('a long answer is compressed for clients that take gzip, and for no others', async () => {
  const definition = await describedBy({ file_containing_symbol: 'ecommerce.wallet.v1.WalletService' });
  const getWallet = method(definition, 'ecommerce.wallet.v1.WalletService', 'GetWallet');
  const userId = 'u'.repeat(5000);
  const token = await rpc.auth.tokenOf({ userId });
  const bytes = async (encodings: string) => {
    const session = connectHttp2(`http://${address}`);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({
      ...headers,
      ':method': 'POST',
      ':path': getWallet.path,
      'grpc-accept-encoding': encodings,
    });
    stream.end(Buffer.alloc(5));
    const chunks = await stream.toArray();
    session.destroy();
    return Buffer.concat(chunks).length;
  };
  expect(await bytes('identity,deflate,gzip')).toBeLessThan(500);
  expect(await bytes('identity')).toBeGreaterThan(5000);
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  expect(await unary(getWallet, {}, metadata)).toMatchObject({ value: { wallet: { wallet_id: userId } } });
});

test('rubbish on the gRPC port disturbs no other call', async () => {
  const [host = '', port = ''] = address.split(':');
  const socket = createConnection(Number(port), host);
  socket.on('error', () => undefined).resume();
  socket.end('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'close');
  const session = connectHttp2(`http://${address}`);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/ecommerce.wallet.v1.WalletService/GetWallet',
    ':authority': 'a:99999999',
  });
  const [headers] = await once(stream, 'response');
  session.destroy();
  expect(headers[':status']).toBe(400);
  expect(await unary(method(health, 'grpc.health.v1.Health', 'Check'), {})).toMatchObject({ code: grpc.status.OK });
});
