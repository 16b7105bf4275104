import type { Socket } from 'node:net';
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { PortNotOpened, type ConnectionsOf } from '../../platform/rpc/server/connections.ts';
import type { StartChecks } from '../../platform/rpc/server/readiness.ts';
import type { Siblings } from '../../platform/siblings.ts';
import { createAsker } from './asker.ts';
import type { LimitAnswer, LimitCall } from './limits.ts';
import type { Answer, FromChild, PortName, Question, ToChild } from './messages.ts';

/** What a child and its parent say to each other, at the child's end. */
export interface Link {
  readonly send: (message: FromChild) => void;
  /** Resolves when the message has left this process. */
  readonly sendLast: (message: FromChild) => Promise<void>;
  /** The texts of `/metrics` of all processes. */
  readonly metricsOfAll: () => Promise<readonly string[]>;
  /** Calls a limiter whose counts the parent has. */
  readonly callLimiter: (call: LimitCall) => Promise<LimitAnswer>;
  readonly siblings: Siblings;
  readonly startChecks: StartChecks;
  /** The connections of a port that the parent shares. */
  readonly connections: (port: PortName) => ConnectionsOf;
}

export interface LinkHandlers {
  /** The parent appoints this process as the keeper. */
  readonly onKeep: () => void;
  /** The text of this process's own `/metrics`. */
  readonly metrics: () => Promise<string>;
  /** The parent has ended. */
  readonly onParentGone: () => void;
}

/** Longer than the slowest check that `/metrics` waits for. */
const answerWithinMs = 8_000;

type OfPort = Extract<ToChild, { readonly port: PortName }>;
type PortListener = (message: OfPort, socket: Socket | undefined) => void;

/** Takes over the channel to the parent, which `fork` has made. */
export function openLink(handlers: LinkHandlers): Link {
  const asker = createAsker<Answer>(answerWithinMs);
  const listeners = new Map<PortName, PortListener>();
  const takers = new Map<string, (data: unknown) => void>();
  let hasWorked = false;

  // A failure means that the parent has ended, which `disconnect` tells, too.
  const send = (message: FromChild): void => void process.send?.(message, undefined, undefined, () => undefined);

  // The parent runs the same code, so the answer has the type of the question.
  const ask = async <Expected extends Answer>(question: Question): Promise<Expected> =>
    (await asker.ask((id) => send({ type: 'ask', id, question }))) as Expected;

  const receive = (message: ToChild, socket: Socket | undefined): void => {
    if (message.type === 'keep') handlers.onKeep();
    else if (message.type === 'worked') hasWorked = true;
    else if (message.type === 'are you alive') send({ type: 'alive' });
    else if (message.type === 'told') takers.get(message.topic)?.(message.data);
    else if (message.type === 'answer') asker.answered(message.id, message.answer);
    else if (message.type === 'ask') {
      const { id } = message;
      handlers.metrics().then(
        (text) => send({ type: 'answer', id, text }),
        () => send({ type: 'answer', id, text: '' }),
      );
    } else listeners.get(message.port)?.(message, socket);
  };
  process.on('message', (message, handle) => receive(message as ToChild, handle as Socket | undefined));
  process.on('disconnect', handlers.onParentGone);
  if (!process.connected) setImmediate(handlers.onParentGone);

  return {
    send,
    sendLast: (message) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (process.send === undefined) resolve();
      else process.send(message, undefined, undefined, () => resolve());
      return promise;
    },
    metricsOfAll: () => ask<readonly string[]>({ about: 'metrics' }),
    callLimiter: (call) => ask<LimitAnswer>({ about: 'limit', call }),
    siblings: {
      tell: (topic, data) => send({ type: 'tell', topic, data }),
      onTold: (topic, take) => void takers.set(topic, take),
    },
    startChecks: {
      havePassed: () => hasWorked,
      passed: () => {
        if (!hasWorked) send({ type: 'worked' });
        hasWorked = true;
      },
    },
    connections: (port) => (server) => fromParent(port, server, send, (listener) => listeners.set(port, listener)),
  };
}

/** The server gets its connections from the parent. It opens no port itself. */
function fromParent(
  port: PortName,
  server: Parameters<ConnectionsOf>[0],
  send: (message: FromChild) => void,
  listen: (listener: PortListener) => void,
): ReturnType<ConnectionsOf> {
  const sockets = new Set<Socket>();
  const opened = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  const none = Promise.withResolvers<void>();
  let isOpen = false;
  let isClosed = false;

  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      send({ type: 'ended', port });
      if (isClosed && sockets.size === 0) none.resolve();
    });
    // Node's HTTP/1 server sets this for connections that it accepts itself, and decides what an end means.
    socket.allowHalfOpen = port === 'http';
    server.emit('connection', socket);
  };
  listen((message, socket) => {
    if (message.type === 'connection') {
      send({ type: socket === undefined ? 'missing' : 'taken', port });
      if (socket !== undefined) take(socket);
    } else if (message.type === 'opened') opened.resolve(message.url);
    else if (message.type === 'not opened') opened.reject(new PortNotOpened(message.why));
    else closed.resolve();
  });
  process.once('disconnect', () => closed.resolve());

  return {
    open: async (host, number) => {
      isOpen = true;
      // Upon this event Node's HTTP server begins to watch the timeouts of its connections.
      server.emit('listening');
      send({ type: 'open', port, host, number });
      return opened.promise;
    },
    stop: async () => {
      if (isOpen && process.connected) {
        send({ type: 'close', port });
        await closed.promise;
        // Connections that came before this message are served first.
        await setImmediatePromise();
      }
      isClosed = true;
      if (sockets.size === 0) none.resolve();
    },
    ended: () => none.promise,
  };
}
