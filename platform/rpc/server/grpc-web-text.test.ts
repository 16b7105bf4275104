import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import { encodeEnvelope } from '@connectrpc/connect/protocol';
import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import { trailerParse } from '@connectrpc/connect/protocol-grpc-web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WatchCheckoutRequestSchema } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { GetWalletResponseSchema } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { createFixture } from '../../testing/fixture.ts';
import { raw } from '../../testing/raw-http.ts';
import { callerId as id, serveFixture, type ServedFixture } from '../../testing/served-fixture.ts';

let served: ServedFixture;
beforeAll(async () => {
  served = await serveFixture(createFixture());
});
afterAll(() => served.stop());

const wallet = 'ecommerce.wallet.v1.WalletService';
const checkout = 'ecommerce.checkout.v1.CheckoutService';

function post(path: string, type: string, body: string) {
  const headers = { authorization: served.authorization, 'content-type': type };
  return raw(`${served.url}${path}`, { method: 'POST', headers, body });
}

describe('application/grpc-web-text', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const empty = encodeEnvelope(0, new Uint8Array());

  /** The envelopes of a base64 answer, which may consist of several padded pieces. */
  function envelopes(answer: Buffer): { flags: number; data: Buffer }[] {
    const pieces = String(answer).match(/[\w+/]+={0,2}/g) ?? [];
    let rest = Buffer.concat(pieces.map((each) => Buffer.from(each, 'base64')));
    const found: { flags: number; data: Buffer }[] = [];
    while (rest.length > 0) {
      const end = 5 + rest.readUInt32BE(1);
      found.push({ flags: rest[0] ?? 0, data: rest.subarray(5, end) });
      rest = rest.subarray(end);
    }
    return found;
  }

  function errorIn(answer: Buffer): ConnectError | undefined {
    return findTrailerError(trailerParse(envelopes(answer).at(-1)?.data ?? Buffer.alloc(0)));
  }

  test.each([
    'application/grpc-web-text',
    'application/grpc-web-text+proto',
    'Application/gRPC-Web-Text; charset=utf-8',
  ])('%s is served', async (type) => {
    const { status, headers, bytes } = await post(`/${wallet}/GetWallet`, type, text(empty));
    expect([status, headers['content-type']]).toEqual([200, 'application/grpc-web-text+proto']);
    const [answer, trailer] = envelopes(bytes);
    expect(fromBinary(GetWalletResponseSchema, answer?.data ?? Buffer.alloc(0)).wallet?.walletId).toBe(id);
    expect(String(trailer?.data)).toContain('grpc-status: 0');
  });

  test('in JSON, and in pieces that are padded one by one', async () => {
    const body = encodeEnvelope(0, Buffer.from('{}'));
    const pieces = `${text(body.subarray(0, 4))}${text(body.subarray(4))}`;
    expect(pieces).toContain('==');
    const { headers, bytes } = await post(`/${wallet}/GetWallet`, 'application/grpc-web-text+json', pieces);
    expect(headers['content-type']).toBe('application/grpc-web-text+json');
    expect(JSON.parse(String(envelopes(bytes)[0]?.data))).toMatchObject({ wallet: { walletId: id } });
  });

  test('streams', async () => {
    const request = toBinary(WatchCheckoutRequestSchema, create(WatchCheckoutRequestSchema, { orderId: id }));
    const { bytes } = await post(
      `/${checkout}/WatchCheckout`,
      'application/grpc-web-text',
      text(encodeEnvelope(0, request)),
    );
    expect(envelopes(bytes).map(({ flags }) => flags)).toEqual([0, 0, 128]);
  });

  test('gives errors with their reasons', async () => {
    const { bytes } = await post(`/${wallet}/TopUp`, 'application/grpc-web-text', text(empty));
    expect(errorIn(bytes)?.findDetails(ErrorInfoSchema)[0]?.reason).toBe('VALIDATION_FAILED');
  });

  test.each(['AAAA*AAA', 'AAA', 'AAAAA=', 'AA=A', 'AAAA\nAAAA'])('refuses %j, which is not base64', async (body) => {
    const { bytes } = await post(`/${wallet}/GetWallet`, 'application/grpc-web-text', body);
    expect(errorIn(bytes)?.findDetails(ErrorInfoSchema)[0]?.reason).toBe('MALFORMED_REQUEST');
  });
});
