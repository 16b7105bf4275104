import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { baseUrl } from './driver.ts';

/**
 * Calls `work` with the address of a proxy that passes calls on to the API. Of the calls whose path ends with one of
 * `methods` the API does the work, but the answer is lost.
 * @param lose what happens instead of the answer; without it the connection ends
 */
export async function losingAnswers(
  methods: readonly string[],
  work: (url: string) => Promise<void>,
  lose: (response: ServerResponse) => void = (response) => void response.destroy(),
): Promise<void> {
  const server = createServer((request, response) => {
    pass(request, response, { methods, lose }).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { methods, lose }: { readonly methods: readonly string[]; readonly lose: (response: ServerResponse) => void },
): Promise<void> {
  const { url = '', method, headers } = request;
  const call = ask(new URL(url, baseUrl()), { method, headers });
  call.end(await buffer(request));
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  const body = await buffer(answer);
  if (methods.some((name) => url.endsWith(`/${name}`))) lose(response);
  else response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
}
