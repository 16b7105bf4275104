import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { backlog, listen } from '../../platform/rpc/server/connections.ts';

/** A process that gets connections of the port. */
export interface Taker {
  /** Hands a connection over. `onFailed` is called if it can't be sent. */
  readonly hand: (socket: Socket, onFailed: () => void) => void;
}

/**
 * A port whose connections several processes serve. The parent accepts them and hands each to one process. So no
 * connection is lost when a process dies: what it has not taken goes to another one, or waits for the next.
 */
export interface SharedPort {
  /** Opens the port at the first call; from then on the taker gets connections. @returns the URL */
  readonly join: (taker: Taker, host: string, number: number) => Promise<string>;
  /** The taker has got its connection. Until then it gets no other one. */
  readonly taken: (taker: Taker) => void;
  /** The taker has not got its connection. */
  readonly missing: (taker: Taker) => void;
  /** A connection of the taker has ended. */
  readonly ended: (taker: Taker) => void;
  /** Hands the taker nothing more. While the parent stops, the last taker first gets all that wait. */
  readonly leave: (taker: Taker) => Promise<void>;
  /** The process of the taker has ended. */
  readonly gone: (taker: Taker) => void;
  /** From now on the port closes when its last taker leaves. */
  readonly stopping: () => void;
}

interface Member {
  readonly taker: Taker;
  /** Its open connections, with the one that is being handed over. */
  open: number;
  /** The connection that it has not taken yet. */
  handed: Socket | undefined;
  handedAtMs: number;
  /** It has let that connection wait for too long. */
  isLate: boolean;
  leaves: boolean;
}

/**
 * A connection waits so long for the process that has the fewest, then another one gets it. A process that has just
 * started is often busy for some tens of milliseconds. One that does not answer for longer is stuck, or frozen.
 */
const patienceMs = 200;

export function createSharedPort(): SharedPort {
  const members = new Map<Taker, Member>();
  const waiting: Socket[] = [];
  const changed = new Set<() => void>();
  let server: Server | undefined;
  let url: Promise<string> | undefined;
  let accepted = 0;
  let isStopping = false;
  /** The one that leaves last gets all that wait. */
  let last: Member | undefined;

  function next(): Member | undefined {
    const answering = [...members.values()].filter(({ leaves, isLate }) => !leaves && !isLate);
    const [best] =
      last !== undefined
        ? [last]
        : answering.sort((one, other) => one.open - other.open || one.handedAtMs - other.handedAtMs);
    return best?.handed === undefined ? best : undefined;
  }

  function handOver(): void {
    for (let member = next(); member !== undefined && waiting.length > 0; member = next()) {
      const socket = waiting.shift();
      if (socket !== undefined) handTo(member, socket);
    }
    for (const look of changed) look();
  }

  function handTo(member: Member, socket: Socket): void {
    member.open++;
    member.handed = socket;
    member.handedAtMs = performance.now();
    const isUnderWay = () => member.handed === socket;
    setTimeout(() => {
      if (!isUnderWay()) return;
      member.isLate = true;
      handOver();
    }, patienceMs).unref();
    member.taker.hand(socket, () => {
      if (isUnderWay()) takeBack(member);
    });
  }

  function takeBack(member: Member): void {
    const { handed } = member;
    member.handed = undefined;
    member.isLate = false;
    member.open--;
    if (handed !== undefined) waiting.unshift(handed);
    handOver();
  }

  /** Resolves when the condition holds. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      changed.add(resolve);
      await promise;
      changed.delete(resolve);
    }
  }

  /** The kernel resets connections that nobody has accepted when the port closes. Node accepts one in each turn. */
  async function acceptAll(): Promise<void> {
    for (let before = -1, turn = 0; before !== accepted && turn < backlog; turn++) {
      before = accepted;
      await setImmediatePromise();
    }
  }

  function open(host: string, number: number): Promise<string> {
    server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
      accepted++;
      socket.on('error', () => undefined);
      waiting.push(socket);
      handOver();
    });
    // Those that wait for a process. The kernel has a queue of this length, too.
    server.maxConnections = backlog;
    return listen(server, host, number);
  }

  return {
    join: async (taker, host, number) => {
      const opened = await (url ??= open(host, number));
      members.set(taker, { taker, open: 0, handed: undefined, handedAtMs: 0, isLate: false, leaves: false });
      handOver();
      return opened;
    },
    taken: (taker) => {
      const member = members.get(taker);
      if (member === undefined) return;
      // The process has the connection now. Closing the parent's handle does not end it.
      member.handed?.destroy();
      member.handed = undefined;
      member.isLate = false;
      handOver();
    },
    missing: (taker) => {
      const member = members.get(taker);
      if (member !== undefined) takeBack(member);
    },
    ended: (taker) => {
      const member = members.get(taker);
      if (member !== undefined) member.open--;
    },
    leave: async (taker) => {
      const member = members.get(taker);
      if (member === undefined) return;
      member.leaves = true;
      const isLast = isStopping && [...members.values()].every(({ leaves }) => leaves);
      if (isLast) {
        last = member;
        await acceptAll();
        server?.close();
        handOver();
      }
      await until(() => member.handed === undefined && (!isLast || waiting.length === 0));
      members.delete(taker);
    },
    gone: (taker) => {
      const member = members.get(taker);
      members.delete(taker);
      if (member !== undefined) takeBack(member);
    },
    stopping: () => {
      isStopping = true;
    },
  };
}
