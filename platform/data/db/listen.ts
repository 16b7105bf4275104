import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface ListenHandlers {
  /** Gets each notification's payload. */
  readonly onMessage: (payload: string) => void;
  /** Called when listening starts, and again after each loss. Notifications in between are lost: look for changes. */
  readonly onListening: () => void;
  /** Called each time that listening fails. It is then tried again. */
  readonly onLost?: (error: unknown) => void;
}

export interface ChannelListener {
  readonly stop: () => Promise<void>;
}

/** Listens to channels of one database. All channels share one connection, which is open while somebody listens. */
export interface Listening {
  /** Listens to a channel until stopped. */
  readonly listen: (channel: string, handlers: ListenHandlers) => ChannelListener;
}

const retryMs = 1000;
/** Each beat is a transaction here and in every other process that listens. Until a loss is noticed, polls find all. */
const usualHeartbeatMs = 30_000;
/** The driver has no such limit: on a silently lost connection it would wait for ever. */
const answerWithinMs = 5000;
const closeWithinMs = 500;

type Channels = Map<string, Set<ListenHandlers>>;

/** @param heartbeatMs how often it checks that notifications come */
export function createListening(url: string, applicationName: string, heartbeatMs = usualHeartbeatMs): Listening {
  const channels: Channels = new Map();
  const open = () => openSession(url, applicationName, channels, heartbeatMs);
  let connection: Connection | undefined;
  return {
    listen: (channel, handlers) => {
      const ofChannel = channels.get(channel) ?? new Set();
      channels.set(channel, ofChannel.add(handlers));
      if (connection === undefined) connection = keepConnected(open, channels);
      else connection.add(channel, handlers);
      return {
        stop: async () => {
          ofChannel.delete(handlers);
          if (ofChannel.size === 0 && channels.get(channel) === ofChannel) channels.delete(channel);
          if (channels.size > 0) return;
          const last = connection;
          connection = undefined;
          await last?.stop();
        },
      };
    },
  };
}

interface Connection {
  readonly add: (channel: string, handlers: ListenHandlers) => void;
  readonly stop: () => Promise<void>;
}

/** Listens to all `channels` until stopped, and starts again after each loss. */
function keepConnected(open: () => Session, channels: Channels): Connection {
  const stopping = new AbortController();
  let session: Session | undefined;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      session = open();
      try {
        await session.untilLost(stopping.signal);
      } catch (error) {
        const handlers = stopping.signal.aborted ? [] : [...channels.values()].flatMap((some) => [...some]);
        for (const { onLost } of handlers) onLost?.(error);
      } finally {
        await session.close();
        session = undefined;
      }
      await pause(retryMs, stopping.signal);
    }
  }

  const ended = run();
  return {
    add: (channel, handlers) => session?.add(channel, handlers),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

interface Session extends Pick<Connection, 'add'> {
  /** Rejects when the connection is lost or the signal is aborted. */
  readonly untilLost: (signal: AbortSignal) => Promise<never>;
  readonly close: () => Promise<void>;
}

/**
 * Nothing tells of a silently lost connection. So the session sends a heartbeat through a channel of its own, and is
 * lost if it does not come back.
 */
function openSession(url: string, applicationName: string, channels: Channels, heartbeatMs: number): Session {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    application_name: `${applicationName}-listen`,
    connectionTimeoutMillis: answerWithinMs,
    statement_timeout: 2000,
    stream: () => socket,
  });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  client.on('error', lost.reject);
  client.on('end', () => lost.reject(new Error('the connection has ended')));
  const mine = `heartbeat_${randomUUID()}`;
  let heard = false;
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === mine) heard = true;
    for (const { onMessage } of channels.get(channel) ?? []) onMessage(payload);
  });
  let last: Promise<unknown> = Promise.resolve();
  const send = (command: 'listen' | 'notify', channel: string): Promise<unknown> => {
    last = last.then(() => client.query(`${command} ${client.escapeIdentifier(channel)}`));
    return last;
  };
  const add = (channel: string, handlers: ListenHandlers): void => {
    send('listen', channel).then(() => {
      if (channels.get(channel)?.has(handlers) === true) handlers.onListening();
    }, lost.reject);
  };

  async function beat(signal: AbortSignal): Promise<never> {
    signal.addEventListener('abort', () => lost.reject(signal.reason), { once: true });
    last = client.connect();
    for (const [channel, some] of channels) for (const handlers of some) add(channel, handlers);
    await answered(send('listen', mine));
    for (;;) {
      heard = false;
      await answered(send('notify', mine));
      await pause(heartbeatMs, signal);
      signal.throwIfAborted();
      if (!heard) throw new Error('a heartbeat through the database did not come back');
    }
  }

  return {
    add,
    untilLost: (signal) => Promise.race([beat(signal), lost.promise]),
    close: async () => {
      await Promise.race([client.end().catch(() => undefined), sleep(closeWithinMs)]);
      socket.destroy();
    },
  };
}

async function answered(work: PromiseLike<unknown>): Promise<void> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new Error('the database does not answer')), answerWithinMs);
  try {
    await Promise.race([work, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the time is over or the signal is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
