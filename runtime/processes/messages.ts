import type { LimitAnswer, LimitCall } from './limits.ts';

/** The ports that the processes share. */
export type PortName = 'http' | 'grpc';

export interface Urls {
  readonly http: string;
  readonly grpc?: string;
}

/** What a child asks its parent. */
export type Question =
  /** The texts of `/metrics` of all processes. */
  { readonly about: 'metrics' } | { readonly about: 'limit'; readonly call: LimitCall };

/** What the parent answers: for `metrics` the texts. */
export type Answer = readonly string[] | LimitAnswer;

/** What a child sends to its parent. */
export type FromChild =
  /** Asks for connections of a port. The parent opens the port if no other child has asked before. */
  | { readonly type: 'open'; readonly port: PortName; readonly host: string; readonly number: number }
  /** The connection has arrived, or only its message has. */
  | { readonly type: 'taken'; readonly port: PortName }
  | { readonly type: 'missing'; readonly port: PortName }
  /** A connection has ended. */
  | { readonly type: 'ended'; readonly port: PortName }
  /** Wants no more connections. */
  | { readonly type: 'close'; readonly port: PortName }
  | { readonly type: 'ready'; readonly urls: Urls }
  /** The checks that a start waits for have passed. */
  | { readonly type: 'worked' }
  /** Could not start. */
  | { readonly type: 'failed'; readonly err: unknown }
  | { readonly type: 'stopping' }
  | { readonly type: 'alive' }
  /** For all other children. */
  | { readonly type: 'tell'; readonly topic: string; readonly data: unknown }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  /** The text of its own `/metrics`. */
  | { readonly type: 'answer'; readonly id: number; readonly text: string };

/** What a parent sends to a child. */
export type ToChild =
  | { readonly type: 'opened'; readonly port: PortName; readonly url: string }
  | { readonly type: 'not opened'; readonly port: PortName; readonly why: string }
  /** Comes with the socket. */
  | { readonly type: 'connection'; readonly port: PortName }
  /** No more connections come. */
  | { readonly type: 'closed'; readonly port: PortName }
  /** The child answers `alive` as soon as its event loop turns. */
  | { readonly type: 'are you alive' }
  /** The checks that a start waits for have passed in one of the processes. */
  | { readonly type: 'worked' }
  /** The child is the keeper from now on. */
  | { readonly type: 'keep' }
  /** Another child tells this. */
  | { readonly type: 'told'; readonly topic: string; readonly data: unknown }
  /** Asks for the text of its own `/metrics`. */
  | { readonly type: 'ask'; readonly id: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer };
