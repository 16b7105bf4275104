/**
 * Tabs that have the same session: a duplicated tab begins with a copy of sessionStorage. A refresh token counts once,
 * and a second use ends the session, so the tabs tell each other its successor. The name of their channel is a secret
 * that only a copy of the session has.
 */
import type { Session } from './session.ts';

/** What one tab tells the others. */
type Message =
  | { readonly kind: 'asked'; readonly endsAtMs: number }
  | { readonly kind: 'renewed'; readonly session: Session }
  | { readonly kind: 'ended' };

export interface Twins {
  /** Asks for newer tokens, which come by `onRenewed`. Resolves at the first, or soon if no tab has any. */
  readonly ask: (session: Session) => Promise<void>;
  /** Tells the tokens of this tab to the others. */
  readonly tell: (session: Session) => void;
  /** Tells the others that the session has ended, because a person signed out. */
  readonly end: () => void;
  /** Listens to the tabs of a session from now on; to none for undefined. */
  readonly join: (session: Session | undefined) => void;
}

interface Options {
  readonly current: () => Session | undefined;
  readonly onRenewed: (session: Session) => void;
  readonly onEnded: () => void;
}

/** A tab that is awake answers within a few milliseconds. */
const answerWithinMs = 250;

export function createTwins({ current, onRenewed, onEnded }: Options): Twins {
  let channel: BroadcastChannel | undefined;
  let family: string | undefined;
  let answered: () => void = () => undefined;

  function hear(message: Message): void {
    const mine = current();
    if (mine === undefined) return;
    if (message.kind === 'ended') onEnded();
    else if (message.kind === 'asked' && mine.endsAtMs > message.endsAtMs) tell(mine);
    else if (message.kind === 'renewed' && message.session.endsAtMs > mine.endsAtMs) {
      onRenewed(message.session);
      answered();
    }
  }

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel reaches its own origin only
  const send = (message: Message): void => channel?.postMessage(message);
  const tell = (session: Session): void => send({ kind: 'renewed', session });

  return {
    ask: ({ endsAtMs }) =>
      new Promise((resolve) => {
        answered = resolve;
        setTimeout(resolve, answerWithinMs);
        send({ kind: 'asked', endsAtMs });
      }),
    tell,
    end: () => send({ kind: 'ended' }),
    join: (session) => {
      if (family === session?.family) return;
      channel?.close();
      family = session?.family;
      channel = family === undefined ? undefined : new BroadcastChannel(`session-${family}`);
      channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => hear(data));
    },
  };
}
