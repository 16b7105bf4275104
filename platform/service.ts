import type { DescMethod, DescMethodUnary, Message } from '@bufbuild/protobuf';
import type { ConnectRouter } from '@connectrpc/connect';
import type { Hono } from 'hono';
import type { EventConsumer } from './events/cloud-event.ts';

/** Throws if the dependency does not answer. */
export type Check = () => Promise<void>;

/**
 * A read whose answer depends on its message alone: it is the same for every caller and has no headers of its own. While
 * the service has the answer in memory, the process sends the bytes of the last call again and calls no handler.
 */
export interface SharedRead {
  readonly method: DescMethodUnary;
  /**
   * Prepares a request that the handler has answered. The result returns the message with which the handler would answer
   * now, if the service has it in memory and may still show it. It is called for each request, so it must be quick. A
   * message is never changed once it was returned.
   */
  readonly prepare: (request: Message) => () => Message | undefined;
}

/**
 * What `buildX(deps)` of each service returns: its routes and its background work. The process that hosts it chooses
 * ports, protocols and interceptors.
 */
export interface Service {
  /** The role that hosts it, for example `wallet`. */
  readonly role: string;
  /** RPCs that the edge may reach. Access is declared in the protos. */
  readonly routes?: (router: ConnectRouter) => void;
  /** RPCs for service tokens only; served on the gRPC port and in memory, never on the HTTP port. */
  readonly internalRoutes?: (router: ConnectRouter) => void;
  /** Methods that mostly use the CPU. They have a gate for themselves. */
  readonly heavyMethods?: readonly DescMethod[];
  /** Reads of `routes` whose answers the process may keep as bytes. */
  readonly sharedReads?: readonly SharedRead[];
  /** Plain HTTP that no RPC covers, for example the JWKS. */
  readonly http?: (app: Hono) => void;
  /** Consumers of events. The process brings the events, from Kafka or from its own relay. */
  readonly consumers?: readonly EventConsumer[];
  /** Required checks of `GET /ready`, by name. If one fails, the service cannot work. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Optional checks. If one fails, the service can work for a while. `/ready`, a metric and the log show it. */
  readonly optionalChecks?: Readonly<Record<string, Check>>;
  /** Starts what each process needs for itself, for example a listener of Postgres. Listeners open after it. */
  readonly start?: () => Promise<void>;
  /**
   * Starts the upkeep: work on shared rows that one process can do for all, for example sweeps. Of the processes that
   * share ports, only one is asked to, the keeper. With several replicas each has a keeper, so the work must bear that.
   */
  readonly startUpkeep?: () => void;
  /** Ends what `start` and `startUpkeep` have started; called after the listeners have drained. */
  readonly stop?: () => Promise<void>;
}
