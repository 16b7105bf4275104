import type { Logger } from 'pino';
import { createAsker } from './asker.ts';
import { createChildren, type Child, type Children, type ChildrenOptions } from './children.ts';
import { createCounters } from './limits.ts';
import type { FromChild, PortName, Urls } from './messages.ts';
import { createSharedPort, type Taker } from './shared-port.ts';

export interface Parent {
  /** Resolves with the URLs when all processes are ready. @throws ChildNotStarted */
  readonly start: () => Promise<Urls>;
  /** Stops all processes in order. @throws Error if one did not */
  readonly stop: () => Promise<void>;
  /** Ends all processes at once. */
  readonly kill: () => void;
}

export interface ParentOptions extends Pick<ChildrenOptions, 'command' | 'count' | 'askEveryMs' | 'pauseMs'> {
  readonly logger: Logger;
}

/** How long the answer of `/metrics` waits for a process. */
const metricsWithinMs = 5_000;

/**
 * Shares the ports among several processes. It serves no call itself: it accepts connections and hands them over, and
 * answers what one process can't know alone.
 */
export function createParent(options: ParentOptions): Parent {
  const ports = { http: createSharedPort(), grpc: createSharedPort() };
  const takers = new Map<Child, Readonly<Record<PortName, Taker>>>();
  const counters = createCounters();
  const asker = createAsker<string>(metricsWithinMs);

  const takersOf = (child: Child): Readonly<Record<PortName, Taker>> => {
    const known = takers.get(child) ?? { http: takerOf(child, 'http'), grpc: takerOf(child, 'grpc') };
    takers.set(child, known);
    return known;
  };
  const children = createChildren({
    ...options,
    onMessage: (child, message) => void receive(child, message),
    onEnd: (child) => {
      for (const name of portNames) ports[name].gone(takersOf(child)[name]);
      takers.delete(child);
    },
  });

  async function receive(child: Child, message: FromChild): Promise<void> {
    if (message.type === 'ask') {
      const { id, question } = message;
      const answer = question.about === 'metrics' ? await metricsOf(children) : await counters(question.call);
      child.send({ type: 'answer', id, answer });
    } else if (message.type === 'answer') asker.answered(message.id, message.text);
    else if (message.type === 'tell') {
      const { topic, data } = message;
      for (const other of children.ready()) if (other !== child) other.send({ type: 'told', topic, data });
    } else if ('port' in message) await aboutPort(child, message);
  }

  async function aboutPort(child: Child, message: Extract<FromChild, { readonly port: PortName }>): Promise<void> {
    const { port: name } = message;
    const port = ports[name];
    const taker = takersOf(child)[name];
    switch (message.type) {
      case 'open':
        return port.join(taker, message.host, message.number).then(
          (url) => child.send({ type: 'opened', port: name, url }),
          (error: unknown) => child.send({ type: 'not opened', port: name, why: textOf(error) }),
        );
      case 'taken':
        return port.taken(taker);
      case 'missing':
        return port.missing(taker);
      case 'ended':
        return port.ended(taker);
      case 'close':
        await port.leave(taker);
        return child.send({ type: 'closed', port: name });
    }
  }

  async function metricsOf({ ready }: Children): Promise<readonly string[]> {
    const texts = ready().map(async (child) => {
      const answer = asker.ask((id) => child.send({ type: 'ask', id }));
      return Promise.race([answer, child.ended.then(() => '')]).catch(() => '');
    });
    return (await Promise.all(texts)).filter((text) => text !== '');
  }

  return {
    start: children.start,
    stop: () => {
      for (const name of portNames) ports[name].stopping();
      return children.stop();
    },
    kill: children.kill,
  };
}

const portNames: readonly PortName[] = ['http', 'grpc'];

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function takerOf(child: Child, port: PortName): Taker {
  return { hand: (socket, onFailed) => child.send({ type: 'connection', port }, socket, onFailed) };
}
