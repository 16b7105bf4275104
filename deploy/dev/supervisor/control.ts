import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Stack } from './stack.ts';

/** An open port on which a supervisor takes commands from other processes of the same user. */
export interface Control {
  readonly port: number;
  readonly token: string;
  close(): void;
}

type ControlVerb = 'kill' | 'stopPart' | 'startPart';

export interface ControlCommand {
  readonly verb: ControlVerb;
  readonly part: string;
  readonly signal?: NodeJS.Signals;
}

/** Listens on a loopback port. Commands need the token, which only processes that can read the state file know. */
export async function openControl(stack: Stack): Promise<Control> {
  const token = randomBytes(24).toString('hex');
  const server = createServer((request, response) => void answer(stack, token, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the supervisor has no port for commands');
  return {
    port: address.port,
    token,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(stack: Stack, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (!isToken(request.headers.authorization ?? '', `Bearer ${token}`)) return void response.writeHead(401).end();
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { verb, part, signal }: ControlCommand = JSON.parse(body);
    if (verb === 'kill') stack.kill(part, signal);
    else if (verb === 'stopPart') await stack.stopPart(part);
    else if (verb === 'startPart') await stack.startPart(part);
    else throw new Error(`unknown command ${String(verb)}`);
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(400).end(error instanceof Error ? error.message : String(error));
  }
}

function isToken(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
