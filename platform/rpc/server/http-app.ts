import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { routePath } from 'hono/route';
import type { ServerResponse } from 'node:http';
import { AppError } from '../../errors/app-error.ts';
import { mountOpenApi } from '../docs/mount.ts';
import type { Service } from '../../service.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { problemOf } from '../transcoding/problem.ts';
import { mountFavicons } from '../web/mount.ts';
import { notFoundPage, prefersHtml } from '../web/not-found-page.ts';
import type { Readiness } from './readiness.ts';

export interface HttpAppOptions {
  /** The name of the process in `/health`. */
  readonly name: string;
  readonly services: readonly Service[];
  readonly readiness: Readiness;
  /** What `/metrics` answers. */
  readonly metrics: { readonly text: () => Promise<string>; readonly contentType: string };
  readonly logger: Logger;
  /** Pages for people, which the process adds. */
  readonly pages?: ((app: Hono, readiness: Readiness) => void) | undefined;
  /** Names the route for metrics. */
  readonly onRoute: (response: ServerResponse, route: string) => void;
}

export type HttpApp = Hono<NodeEnv>;

interface NodeEnv {
  Bindings: HttpBindings;
}

function requestIdOf(context: Context<NodeEnv>): string {
  const header = context.env.incoming.headers['x-request-id'];
  return Array.isArray(header) ? '' : (header ?? '');
}

function problem(context: Context<NodeEnv>, error: unknown): Response {
  const { status, headers, body } = problemOf(error, { path: context.req.path, requestId: requestIdOf(context) });
  const flat = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(new Uint8Array(body), { status, headers: flat });
}

/** 405 if the path serves other methods, else 404: a page for browsers, a problem for programs. */
function refuse(app: HttpApp, context: Context<NodeEnv>): Response | Promise<Response> {
  const served = app.routes.filter(({ path, method }) => path === context.req.path && method !== 'ALL');
  if (served.length === 0) {
    if (prefersHtml(context)) return notFoundPage(context.req.path, requestIdOf(context));
    const answer = problem(context, new AppError('not_found', 'ROUTE_NOT_FOUND', 'nothing is served at this path'));
    answer.headers.set('vary', 'accept, origin');
    return answer;
  }
  const methods = served.map(({ method }) => method);
  const allow = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort().join(', ');
  if (context.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
  const answer = problem(context, new AppError('unimplemented', 'METHOD_NOT_ALLOWED', `this path takes ${allow}`));
  answer.headers.set('allow', allow);
  return answer;
}

/** Plain HTTP, which is not an RPC: probes, metrics, the API reference, and paths of services, for example the JWKS. */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const app = new Hono<NodeEnv>();
  app.use(async (context, next) => {
    await next();
    const path = routePath(context, -1);
    if (path !== '/*' && path !== '*') options.onRoute(context.env.outgoing, path);
  });
  app.notFound((context) => refuse(app, context));
  app.onError((error, context) => {
    options.logger.error({ err: error, path: routePath(context, -1) }, 'an HTTP handler failed');
    return problem(context, error);
  });
  app.get('/health', (context) =>
    context.json({
      status: 'healthy',
      service: options.name,
      timestamp: Math.floor(Date.now() / 1000),
    }),
  );
  app.get('/ready', async (context) => {
    const { ready, checks } = await options.readiness.report();
    return context.json({ status: ready ? 'ready' : 'unready', checks }, ready ? 200 : 503);
  });
  app.get('/metrics', async () => {
    const { text, contentType } = options.metrics;
    return new Response(await text(), { headers: { 'content-type': contentType } });
  });
  const plain = new Hono();
  for (const service of options.services) service.http?.(plain);
  mountOpenApi(plain);
  mountFavicons(plain);
  options.pages?.(plain, options.readiness);
  app.route('/', plain);
  return app;
}
