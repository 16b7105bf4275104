import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { converse } from '../../testing/connection.ts';
import { createFixture } from '../../testing/fixture.ts';
import { enveloped, plain } from '../../testing/large-body.ts';
import { createTestRpc, type TestRpc } from '../../testing/rpc.ts';

let rpc: TestRpc;
let url: string;
let token: string;

beforeAll(async () => {
  rpc = await createTestRpc([createFixture().service]);
  ({ http: url } = await rpc.server.start());
  token = await rpc.auth.tokenOf({ userId: crypto.randomUUID() });
});
afterAll(() => rpc.server.stop());

function chunksOf(body: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += 65_536) {
    const part = body.subarray(at, at + 65_536);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return [...parts, Buffer.from('0\r\n\r\n')];
}

type Framing = (body: Buffer) => { readonly header: string; readonly parts: readonly Buffer[] };

const framings: [string, Framing][] = [
  ['with a length', (body) => ({ header: `content-length: ${body.length}`, parts: [body] })],
  ['chunked', (body) => ({ header: 'transfer-encoding: chunked', parts: chunksOf(body) })],
];

const createWallet = 'POST /ecommerce.wallet.v1.WalletService/CreateWallet';
const watchCheckout = 'POST /ecommerce.checkout.v1.CheckoutService/WatchCheckout';

interface Case {
  readonly line: string;
  readonly type: string;
  readonly body?: Buffer;
  readonly anonymous?: true;
  readonly status: number;
  /** Part of the last frame of the answer. */
  readonly says: string;
}

const kept: Record<string, Case> = {
  'gRPC-Web, unary': {
    line: createWallet,
    type: 'application/grpc-web+proto',
    body: enveloped,
    status: 200,
    says: 'grpc-status: 8',
  },
  'gRPC-Web, stream': {
    line: watchCheckout,
    type: 'application/grpc-web+proto',
    body: enveloped,
    status: 200,
    says: 'grpc-status: 8',
  },
  'Connect, binary stream': {
    line: watchCheckout,
    type: 'application/connect+proto',
    body: enveloped,
    status: 200,
    says: 'BODY_TOO_LARGE',
  },
  'Connect, JSON stream': {
    line: watchCheckout,
    type: 'application/connect+json',
    body: enveloped,
    status: 200,
    says: 'BODY_TOO_LARGE',
  },
  'Connect, a stream without a token': {
    line: watchCheckout,
    type: 'application/connect+proto',
    body: enveloped,
    anonymous: true,
    status: 200,
    says: 'TOKEN_INVALID',
  },
  'Connect, binary': { line: createWallet, type: 'application/proto', status: 429, says: 'BODY_TOO_LARGE' },
  'Connect, JSON': { line: createWallet, type: 'application/json', status: 429, says: 'BODY_TOO_LARGE' },
  'Connect, a wrong type': { line: createWallet, type: 'text/plain', status: 415, says: '' },
  'Connect, a wrong method': {
    line: 'PUT /ecommerce.wallet.v1.WalletService/CreateWallet',
    type: 'application/json',
    status: 405,
    says: '',
  },
  'REST, a body that nobody reads': {
    line: 'GET /api/v1/wallet',
    type: 'application/json',
    status: 200,
    says: 'walletId',
  },
  'a path that is not served': { line: 'POST /nothing', type: 'text/plain', status: 404, says: 'ROUTE_NOT_FOUND' },
};

/** REST closes the connection after such an answer. */
const closed: Record<string, Case> = {
  'REST, too large': {
    line: 'POST /api/v1/wallet',
    type: 'application/json',
    status: 413,
    says: 'BODY_TOO_LARGE',
  },
  'REST, a wrong method': {
    line: 'PUT /api/v1/wallet',
    type: 'application/json',
    status: 405,
    says: 'METHOD_NOT_ALLOWED',
  },
};

/** Sends the request and another one behind it. The answer of the other one names it. */
async function sendBoth({ line, type, body = plain, anonymous }: Case, framing: Framing) {
  const { header, parts } = framing(body);
  const lines = [`${line} HTTP/1.1`, 'host: x', `content-type: ${type}`, header];
  if (anonymous === undefined) lines.push(`authorization: Bearer ${token}`);
  const next = 'GET /health HTTP/1.1\r\nhost: x\r\nx-request-id: the-next-request\r\n\r\n';
  const { text, ended } = await converse(url, [`${lines.join('\r\n')}\r\n\r\n`, ...parts, next], (soFar) =>
    /the-next-request[^]*"healthy"/.test(soFar),
  );
  const [first = ''] = text.split(/HTTP\/1.1 200 OK\r\nx-request-id: the-next-request/i);
  return { first, ended, status: Number(/^HTTP\/1.1 (?<status>\d+)/.exec(text)?.groups?.status) };
}

describe.each(Object.entries(kept))('%s', (_, request) => {
  test.each(framings)(
    'a large body that is refused early (%s) does not delay the next request of its connection',
    async (__, framing) => {
      const { first, ended, status } = await sendBoth(request, framing);
      expect({ status, ended }).toEqual({ status: request.status, ended: false });
      expect(first).toContain(request.says);
    },
  );
});

describe.each(Object.entries(closed))('%s', (_, request) => {
  test.each(framings)(
    'a large body that is refused early (%s) is answered, and the connection ends',
    async (__, framing) => {
      const { first, ended, status } = await sendBoth(request, framing);
      expect({ status, ended }).toEqual({ status: request.status, ended: true });
      expect(first).toMatch(/^connection: close\r$/im);
      expect(first).toContain(request.says);
    },
  );
});
