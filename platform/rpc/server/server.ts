import { ConnectError, Code } from '@connectrpc/connect';
import type { Hono } from 'hono';
import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { AccessTokenVerifier } from '../../auth/access-token.ts';
import type { ServiceTokenVerifier } from '../../auth/service-token.ts';
import { createInterceptors, type Interceptors } from '../interceptors/index.ts';
import { createAdmission, type Admission } from '../overload/admission.ts';
import type { Service } from '../../service.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { ConnectionsOf } from './connections.ts';
import type { Endpoints } from './endpoints.ts';
import { createGrpcRequestHandler } from './grpc-request-handler.ts';
import { createHttpApp } from './http-app.ts';
import { createHttpRequestHandler } from './http-request-handler.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { defaultLimits, type ServerLimits } from './limits.ts';
import { h2cListener, httpListener, type Listener } from './listeners.ts';
import { tellChanges } from './readiness-log.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import type { RemoteServices } from './remote-services.ts';
import { createRpcHandlers, type RpcHandlers } from './rpc.ts';

export interface ServerOptions {
  /** The name of the process in `/health`, for example `wallet-service`. */
  readonly name: string;
  readonly services: readonly Service[];
  /** 0 means any free port. Without `grpc` there is no gRPC port. */
  readonly ports: { readonly http: number; readonly grpc?: number };
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly auth: { readonly accessTokens: AccessTokenVerifier; readonly serviceTokens: ServiceTokenVerifier };
  /** Origins whose scripts may call; `*` for all. Default none. */
  readonly corsOrigins?: readonly string[];
  /** Number of our own proxies in front, whose entries of X-Forwarded-For count. Default 0. */
  readonly trustedProxies?: number;
  readonly limits?: Partial<ServerLimits>;
  /** The public services that other processes host. Default none. */
  readonly remoteServices?: RemoteServices;
  /** Where the connections of each port come from. Default: from ports that the server opens itself. */
  readonly connections?: { readonly http: ConnectionsOf; readonly grpc: ConnectionsOf };
  /** The text of `/metrics`. Default: that of `registry`. */
  readonly metrics?: () => Promise<string>;
  /** Adds pages for people to the HTTP port. Default none. */
  readonly pages?: (app: Hono, readiness: Readiness) => void;
}

export interface Server {
  /** Every RPC hosted here, internal ones too, for calls within the process (`clients.host`). */
  readonly endpoints: Endpoints;
  /** Opens the listeners; returns their URLs. */
  readonly start: () => Promise<{ readonly http: string; readonly grpc?: string }>;
  /**
   * Becomes unready and serves for `unreadySeconds` more. Every answer asks its client to open another connection, so
   * that few are left when the listeners close. A proxy that keeps idle connections for a shorter time loses no call.
   */
  readonly retire: () => Promise<void>;
  /** Retires, drains and closes. Calls that are left after `drainSeconds` are cut. */
  readonly stop: () => Promise<void>;
}

interface Inside {
  readonly handlers: RpcHandlers;
  readonly readiness: Readiness;
  readonly draining: AbortController;
  readonly cut: AbortController;
  readonly admission: Admission;
  readonly served: Interceptors['served'];
}

function buildInside(options: ServerOptions, limits: ServerLimits): Inside {
  const draining = new AbortController();
  const cut = new AbortController();
  const interceptors = createInterceptors({
    ...options.auth,
    logger: options.logger,
    registry: options.registry,
    limits,
    draining: draining.signal,
    cut: cut.signal,
  });
  const { services, registry, logger } = options;
  const admission = createAdmission(
    limits,
    services.flatMap(({ heavyMethods = [] }) => heavyMethods),
    registry,
  );
  const { bodyBytes, unaryDeadlineMs: bodyWithinMs } = limits;
  const handlers = createRpcHandlers(services, { interceptors, admission, bodyBytes, bodyWithinMs, cut: cut.signal });
  const readiness = createReadiness({
    services,
    registry,
    onChange: tellChanges(logger),
  });
  return { handlers, readiness, draining, cut, admission, served: interceptors.served };
}

function buildHttpListener(options: ServerOptions, limits: ServerLimits, inside: Inside): Listener {
  const { handlers, readiness, admission, served } = inside;
  const { name, services, registry, logger, pages } = options;
  const metrics = createHttpMetrics(registry);
  const { contentType } = registry;
  const exposed = { text: options.metrics ?? (() => registry.metrics()), contentType };
  const { setRoute: onRoute } = metrics;
  const app = createHttpApp({ name, services, readiness, metrics: exposed, logger, pages, onRoute });
  return httpListener(
    createHttpRequestHandler({
      handlers: handlers.public,
      reads: handlers.sharedReads,
      admission,
      served,
      app,
      metrics,
      bodyBytes: limits.bodyBytes,
      corsOrigins: options.corsOrigins ?? [],
      trustedProxies: options.trustedProxies ?? 0,
    }),
    limits.maxConnectionAgeSeconds,
    options.connections?.http,
  );
}

async function retire(listeners: readonly Listener[], limits: ServerLimits, { readiness }: Inside) {
  readiness.setOpen(false);
  for (const listener of listeners) listener.retire();
  await delay(limits.unreadySeconds * 1000);
}

async function drain(listeners: readonly Listener[], limits: ServerLimits, { draining, cut }: Inside) {
  draining.abort(new ConnectError('the server is shutting down', Code.Unavailable));
  const force = setTimeout(() => {
    cut.abort(new ConnectError('the server is shutting down', Code.Unavailable));
    for (const listener of listeners) listener.cut();
  }, limits.drainSeconds * 1000);
  await Promise.all(listeners.map((listener) => listener.close()));
  clearTimeout(force);
}

/**
 * Makes the listeners of a process: HTTP/1.1 with Connect, gRPC-Web, REST, `/health`, `/ready` and `/metrics`, and h2c
 * with gRPC, health and reflection. It does not start or stop the services.
 */
export function createServer(options: ServerOptions): Server {
  const limits = { ...defaultLimits, ...options.limits };
  const host = options.host ?? '127.0.0.1';
  const inside = buildInside(options, limits);
  const http = buildHttpListener(options, limits, inside);
  const grpc = h2cListener(
    createGrpcRequestHandler({
      handlers: inside.handlers,
      admission: inside.admission,
      bodyBytes: limits.bodyBytes,
      bodyWithinMs: limits.unaryDeadlineMs,
      readiness: inside.readiness,
      trustedProxies: options.trustedProxies ?? 0,
      draining: inside.draining.signal,
      remoteServices: options.remoteServices,
    }),
    limits.maxConnectionAgeSeconds,
    options.connections?.grpc,
  );
  const { ports } = options;
  const listeners = ports.grpc === undefined ? [http] : [http, grpc];
  let retired: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await retireOnce();
    await drain(listeners, limits, inside);
    inside.admission.stop();
  };
  const retireOnce = () => (retired ??= retire(listeners, limits, inside));
  return {
    endpoints: inside.handlers.endpoints,
    start: async () => {
      const grpcUrl = ports.grpc === undefined ? undefined : await grpc.open(host, ports.grpc);
      const httpUrl = await http.open(host, ports.http);
      inside.readiness.setOpen(true);
      return { http: httpUrl, ...(grpcUrl === undefined ? {} : { grpc: grpcUrl }) };
    },
    retire: retireOnce,
    stop: () => (stopped ??= stop()),
  };
}
