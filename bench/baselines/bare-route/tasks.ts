import { serve as listen } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import type { Tasks } from '../../child/protocol.ts';

/** An answer of the platform, to be given again without any work. */
interface BareAnswer {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Serves each answer at its path. @returns the base URL */
async function bareRoutes(answers: readonly BareAnswer[]): Promise<string> {
  const app = new Hono();
  for (const { path, headers, body } of answers) app.get(path, (context) => context.body(body, 200, { ...headers }));
  const { promise, resolve } = Promise.withResolvers<AddressInfo>();
  listen({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, resolve);
  return `http://127.0.0.1:${(await promise).port}`;
}

export const tasks = { bareRoutes } satisfies Tasks;
export type BareRouteTasks = typeof tasks;
