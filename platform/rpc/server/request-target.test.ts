import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture } from '../../testing/fixture.ts';
import { serveFixture, type ServedFixture } from '../../testing/served-fixture.ts';

let served: ServedFixture;
beforeAll(async () => {
  served = await serveFixture(createFixture());
});
afterAll(() => served.stop());

/** Sends a head as it is; the status of the answer and the reason in it. */
function sendHead(...lines: readonly string[]): Promise<{ status: number; reason: string | undefined }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => void (answer += String(chunk)));
    socket.on('close', () => {
      const [head = '', text = ''] = answer.split('\r\n\r\n');
      const reason = /"reason":"(?<reason>\w+)"/.exec(text)?.groups?.reason;
      resolve({ status: Number(head.split(' ', 2)[1]), reason });
    });
    socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`);
  });
}

describe('the head of a request', () => {
  const host = 'host: shop.example';

  test.each([
    'http://shop.example/api/v1/products',
    'HTTP://shop.example:8000/api/v1/products?pageSize=1',
    'http://shop.example/health',
    'http://shop.example/ecommerce.wallet.v1.WalletService/GetWallet?connect=v1&encoding=json&message=%7B%7D',
  ])('may have a whole address: %s', async (target) => {
    const authorization = `authorization: ${served.authorization}`;
    expect(await sendHead(`GET ${target} HTTP/1.1`, host, authorization)).toMatchObject({ status: 200 });
  });

  test.each(['/health', '/ready', '/api/v1/products'])('may lack a host in HTTP/1.0: %s', async (target) => {
    const authorization = `authorization: ${served.authorization}`;
    expect(await sendHead(`GET ${target} HTTP/1.0`, authorization)).toMatchObject({ status: 200 });
  });

  test.each([
    ['OPTIONS *', host],
    ['GET /health', 'host: a b'],
    ['GET /health', 'host: [::1'],
    ['GET /health', 'host: user@shop.example/x'],
    ['GET /a\\b', host],
  ])('that is malformed is refused with a reason: %s, %s', async (line, header) => {
    expect(await sendHead(`${line} HTTP/1.1`, header)).toEqual({ status: 400, reason: 'MALFORMED_REQUEST' });
  });
});
