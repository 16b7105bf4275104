import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** A line of the log. */
interface LogLine {
  readonly msg: string;
  readonly level: string;
  readonly http?: string;
  readonly process?: number;
  readonly pid?: number;
  readonly [field: string]: unknown;
}

/** A program of `runtime/` that a test has started. */
export interface Program {
  readonly process: ChildProcess;
  /** The lines that it has logged so far. */
  readonly log: readonly LogLine[];
  /** Waits for a line with this message. @throws if the program ends before */
  readonly logged: (message: string) => Promise<LogLine>;
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
  /** Sends SIGKILL if it still runs. */
  readonly clear: () => Promise<void>;
}

/** Starts `node runtime/<args>` with nothing but these settings in its environment, and those with which Node starts quickly. */
export function startProgram(args: readonly string[], settings: NodeJS.ProcessEnv): Program {
  const { PATH, NODE_OPTIONS, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH, NODE_OPTIONS, NODE_COMPILE_CACHE, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  let isOver = false;
  createInterface(child.stdout)
    .on('line', (line) => {
      if (line.startsWith('{')) log.push(JSON.parse(line) as LogLine);
      wake();
    })
    .on('close', () => {
      isOver = true;
      wake();
    });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, errors }));
  return {
    process: child,
    log,
    ended,
    logged: async (message) => {
      for (;;) {
        const line = log.find(({ msg }) => msg === message);
        if (line !== undefined) return line;
        if (isOver) throw new Error(`the program ended without the log message: ${message}\n${errors}`);
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
    },
    clear: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface Called {
  readonly status: number | undefined;
  readonly body: string;
}

/** One call over a connection of its own, so that any of the processes that share the port may get it. */
export async function callOnce(url: string, { body, token }: { body?: object; token?: string } = {}): Promise<Called> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const sent = request(url, { agent: false, headers, method: body === undefined ? 'GET' : 'POST' });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: await text(response) };
}
