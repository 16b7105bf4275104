import type { Socket } from 'node:net';
import type { Direction, Fault } from './fault.ts';

/** One connection through the proxy: both its ends, and the data between them. */
export interface Link {
  /** Applies a new fault. */
  apply(fault: Fault): void;
  /** Closes both ends at once. */
  destroy(): void;
}

const mostQueuedBytes = 1 << 20;

/** Joins the two ends until both are closed. */
export function createLink(client: Socket, server: Socket, first: Fault, onClosed: () => void): Link {
  let fault: Fault = first;
  /** True after a black hole: data is missing, so nothing more may be passed on. */
  let dead = false;
  /** True if one end closed in a black hole, so that the other end does not know it. */
  let abandoned = false;
  let cameDown = 0;
  const reset = (): void => {
    client.resetAndDestroy();
    server.resetAndDestroy();
  };
  const apply = (next: Fault): void => {
    const healed = fault.mode === 'blackhole' && next.mode !== 'blackhole';
    fault = next;
    cameDown = 0;
    if (next.mode === 'reset') reset();
    if (next.mode === 'blackhole') dead = true;
    if (healed && abandoned) destroy();
  };
  const destroy = (): void => {
    client.destroy();
    server.destroy();
  };
  const pump = (from: Socket, to: Socket, direction: Direction): void => {
    const queue = createDelayQueue(
      () => delayOf(fault, direction),
      (chunk) => {
        if (dead || to.destroyed) return;
        if (direction === 'down') cameDown += chunk.length;
        if (fault.mode === 'cut' && cameDown > fault.bytes) return reset();
        if (!to.write(chunk)) from.pause();
      },
    );
    to.on('drain', () => from.resume());
    from.on('data', (chunk: Buffer) => {
      if (dead) return;
      queue.add(chunk);
      if (queue.queuedBytes() > mostQueuedBytes) {
        from.pause();
        queue.whenEmpty(() => from.resume());
      }
    });
    from.on('end', () => {
      if (fault.mode === 'blackhole') abandoned = true;
      else if (dead) destroy();
      else queue.whenEmpty(() => to.end());
    });
    from.on('error', () => undefined);
    from.on('close', (hadError) => {
      if (client.destroyed && server.destroyed) return onClosed();
      // In a black hole the other end is not closed. Otherwise it is, at once or when all data has arrived.
      if (fault.mode === 'blackhole') abandoned = true;
      else if (hadError) to.resetAndDestroy();
      else queue.whenEmpty(() => to.destroySoon());
    });
  };
  pump(client, server, 'up');
  pump(server, client, 'down');
  apply(first);
  return { apply, destroy };
}

function delayOf(fault: Fault, direction: Direction): number {
  if (fault.mode !== 'latency' || (fault.only !== undefined && fault.only !== direction)) return 0;
  return Math.max(0, fault.ms + (2 * Math.random() - 1) * fault.jitterMs);
}

interface DelayQueue {
  add(chunk: Buffer): void;
  queuedBytes(): number;
  whenEmpty(run: () => void): void;
}

/** Passes chunks on later, in the same order. */
function createDelayQueue(delayMs: () => number, passOn: (chunk: Buffer) => void): DelayQueue {
  let lastDue = 0;
  let queuedBytes = 0;
  let waiting: (() => void)[] = [];
  const arrived = (chunk: Buffer): void => {
    queuedBytes -= chunk.length;
    passOn(chunk);
    if (queuedBytes > 0) return;
    const now = waiting;
    waiting = [];
    for (const run of now) run();
  };
  return {
    add(chunk) {
      const now = performance.now();
      const due = Math.max(lastDue, now + delayMs());
      lastDue = due;
      queuedBytes += chunk.length;
      if (due <= now && queuedBytes === chunk.length) arrived(chunk);
      else setTimeout(() => arrived(chunk), due - now);
    },
    queuedBytes: () => queuedBytes,
    whenEmpty(run) {
      if (queuedBytes === 0) run();
      else waiting.push(run);
    },
  };
}
