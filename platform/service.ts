import type { DescMethod } from '@bufbuild/protobuf';
import type { ConnectRouter } from '@connectrpc/connect';
import type { Hono } from 'hono';
import type { EventConsumer } from './events/cloud-event.ts';

/** Throws when the part does not answer. */
export type Check = () => Promise<void>;

/**
 * What `buildX(deps)` of each service returns: its routes and its background work. The process that hosts it decides
 * on ports, protocols and interceptors; the service knows neither.
 */
export interface Service {
  /** Its name among those that share a process, for example `wallet`. */
  readonly role: string;
  /** RPCs that the edge may reach. Access is declared in the protos. */
  readonly routes?: (router: ConnectRouter) => void;
  /** RPCs for service tokens only; served on the gRPC port and in memory, never on the HTTP port. */
  readonly internalRoutes?: (router: ConnectRouter) => void;
  /** Methods of it that keep the processors busy by themselves: they are limited apart from all others. */
  readonly heavyMethods?: readonly DescMethod[];
  /** Plain HTTP that no RPC covers, for example the JWKS. */
  readonly http?: (app: Hono) => void;
  /** Events that it wants; the process brings them, from Kafka or from a relay of its own. */
  readonly consumers?: readonly EventConsumer[];
  /** What `GET /ready` asks, by name: without it the service can't do its work. */
  readonly checks: Readonly<Record<string, Check>>;
  /** What it asks as well, but can do without for a while: told of in `/ready`, by a metric and in the log. */
  readonly optionalChecks?: Readonly<Record<string, Check>>;
  /** Starts background work (consumers, sweeps). Listeners open after it. */
  readonly start?: () => Promise<void>;
  /** Ends background work; called after the listeners have drained. */
  readonly stop?: () => Promise<void>;
}
