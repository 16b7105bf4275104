import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { faultSchema } from './fault.ts';
import type { Proxy } from './proxy.ts';

/**
 * Controls the proxies over HTTP: `GET /proxies` lists them, `PUT /proxies/<name>` sets a fault (JSON), and `GET
 * /ready` answers when they listen.
 */
export function createControl(proxies: readonly Proxy[]): Server {
  return createServer((request, response) => {
    answer(proxies, request, response).catch((error: unknown) => {
      response.writeHead(400).end(error instanceof Error ? error.message : String(error));
    });
  });
}

async function answer(proxies: readonly Proxy[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  if (method === 'GET' && url === '/ready') return void response.writeHead(200).end('ready');
  if (method === 'GET' && url === '/proxies') {
    const list = proxies.map(({ name, port, fault, connections }) => ({
      name,
      port,
      fault: fault(),
      connections: connections(),
    }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
    return;
  }
  const name = /^\/proxies\/([\w-]+)$/.exec(url)?.[1];
  const proxy = proxies.find((candidate) => candidate.name === name);
  if (method !== 'PUT' || proxy === undefined) return void response.writeHead(404).end();
  proxy.set(faultSchema.parse(JSON.parse(await text(request))));
  response.writeHead(204).end();
}
