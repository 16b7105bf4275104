import {
  toBinary,
  toJson,
  type DescMessage,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type Message,
} from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { baseUrl, grpcAddress } from './drivers/driver.ts';
import { callBytes, nameOf, publicMethods } from './drivers/wire.ts';
import { messageOf } from './fuzz/arbitrary.ts';
import { createFuzzWorld, type FuzzWorld } from './fuzz/world.ts';

/** The time for all RPCs together. */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 20);
/** A fixed seed, so that only a change of the code can fail this test. Set FUZZ_SEED to try other messages. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const callMs = 15_000;
// A wrong password counts against the account and this machine's address. Other tests sign in as the admin from the same
// address, so these calls never use the admin's token.
const guesses = new Set(['AuthService/Login', 'AuthService/ChangePassword']);
const guessRuns = 200;

const forbidden = new Set([Code.Unknown, Code.Internal, Code.DataLoss, Code.Unimplemented, Code.DeadlineExceeded]);

let world: FuzzWorld;
let transports: Readonly<Record<'gRPC' | 'Connect' | 'Connect JSON', Transport>>;
const made = new Set<string>();
beforeAll(async () => {
  transports = {
    gRPC: createGrpcTransport({ baseUrl: `http://${grpcAddress()}` }),
    Connect: createConnectTransport({ baseUrl: baseUrl(), httpVersion: '1.1' }),
    'Connect JSON': createConnectTransport({ baseUrl: baseUrl(), httpVersion: '1.1', useBinaryFormat: false }),
  };
  world = await createFuzzWorld();
});
afterAll(() => world.tidy(made));

interface FuzzCall {
  readonly protocol: keyof typeof transports;
  readonly token: string | undefined;
  readonly request: Message;
}

const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === 'unary';
const isServerStreaming = (method: DescMethod): method is DescMethodServerStreaming =>
  method.methodKind === 'server_streaming';

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** Sends one call and gives the answer. The answer of a stream is its first message; then the client leaves. */
async function send(method: DescMethod, { protocol, token, request }: FuzzCall): Promise<Message | undefined> {
  const transport = transports[protocol];
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (isUnary(method)) return (await transport.unary(method, undefined, callMs, headers, request)).message;
  if (!isServerStreaming(method)) throw new Error(`${method.name}: streams from clients are not sent here`);
  const leaving = new AbortController();
  const response = await transport.stream(method, leaving.signal, callMs, headers, only(request));
  for await (const message of response.message) {
    leaving.abort();
    return message;
  }
  return undefined;
}

/** Remembers the ids of the products in an answer, so that they can be deleted at the end. */
function noteProducts(schema: DescMessage, answer: Message): void {
  const ids = JSON.stringify(toJson(schema, answer)).matchAll(/"productId":"([^"]+)"/g);
  for (const [, id = ''] of ids) made.add(id);
}

/** Why an error does not follow the contract. Undefined if it does. */
function objection(error: ConnectError): string | undefined {
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? '';
  const what = `${Code[error.code]} ${reason}: ${error.rawMessage}`;
  if (forbidden.has(error.code)) return what;
  if (!/^[A-Z][A-Z_]+$/.test(reason)) return `${what}: the error has no reason`;
  if (/node_modules|\.ts:\d|select .* from|insert into|syntax error/i.test(error.rawMessage))
    return `${what}: the message shows internals`;
  return undefined;
}

/** False if the message has no JSON form, for example a duration with too many nanoseconds. */
function canSay(method: DescMethod, { protocol, request }: FuzzCall): boolean {
  if (protocol !== 'Connect JSON') return true;
  try {
    toJson(method.input, request);
    return true;
  } catch {
    return false;
  }
}

/** Sends a call and gives what is wrong with its answer. Undefined if nothing is. */
async function objectionTo(method: DescMethod, call: FuzzCall): Promise<string | undefined> {
  if (!canSay(method, call)) return undefined;
  try {
    const answer = await send(method, call);
    const creates = method.name === 'CreateProduct' || method.name === 'ImportProducts';
    if (creates && answer !== undefined) noteProducts(method.output, answer);
    return undefined;
  } catch (caught) {
    return objection(ConnectError.from(caught));
  }
}

/** Checks the property repeatedly for `ms` milliseconds, but at least once, also on a slow machine. */
async function explore<Inputs>(property: fc.IAsyncProperty<Inputs>, ms: number, numRuns = 1_000_000): Promise<void> {
  await fc.assert(property, { numRuns: 1, seed });
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: Math.max(ms, 1), seed }).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith('Property interrupted after 0 tests')) throw error;
  });
}

/** The bytes of messages, with some changed, removed or added. */
const broken = (schema: DescMessage) =>
  fc
    .tuple(
      messageOf(schema, world.pool),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.nat(40),
      fc.uint8Array({ maxLength: 20 }),
    )
    .map(([message, changes, cut, tail]) => {
      const bytes = toBinary(schema, message);
      for (const [at, value] of changes) bytes[at % Math.max(1, bytes.length)] = value;
      return Buffer.concat([bytes.subarray(0, Math.max(0, bytes.length - cut)), tail]);
    });

test('bytes that are no valid message get a 4xx with a reason', { timeout: 2 * callMs }, async () => {
  const [, token] = world.tokens;
  const call = fc
    .constantFrom(...publicMethods)
    .chain((method) => broken(method.input).map((bytes) => ({ method, name: nameOf(method), bytes })));
  const property = fc.asyncProperty(call, async ({ method, bytes }) => {
    const { status, reason } = await callBytes(method, bytes, token);
    expect(status).toBeLessThan(500);
    expect(status === 200 || /^[A-Z][A-Z_]+$/.test(reason), `${status} ${reason}`).toBe(true);
  });
  await explore(property, (seconds * 1000) / 10);
});

describe('every answer follows the contract, and every error has a reason', () => {
  const share = (seconds * 1000) / publicMethods.length;
  test.each(publicMethods.map((method) => [nameOf(method), method] as const))(
    '%s',
    { timeout: share + 2 * callMs },
    async (name, method) => {
      const tokens = guesses.has(name) ? world.tokens.filter((token) => token !== world.adminToken) : world.tokens;
      const call = fc.record({
        protocol: fc.constantFrom('gRPC' as const, 'Connect' as const, 'Connect JSON' as const),
        token: fc.constantFrom(...tokens),
        request: messageOf(method.input, world.pool),
      });
      const property = fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), async (calls) => {
        const objections = await Promise.all(calls.map((each) => objectionTo(method, each)));
        expect(objections.filter((each) => each !== undefined)).toEqual([]);
      });
      await explore(property, share, guesses.has(name) ? guessRuns : undefined);
    },
  );
});
