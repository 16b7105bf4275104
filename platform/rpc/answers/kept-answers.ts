import type { Message } from '@bufbuild/protobuf';
import type { Exchange } from './exchange.ts';

interface Kept<Answer> {
  /** The message that the service would answer with now, if it has that in memory. */
  readonly current: () => Message | undefined;
  message: Message;
  answer: Answer;
  bytes: number;
  /** Whether the answer has been found. A service that keeps nothing in memory never gets so far. */
  wasFound: boolean;
}

export interface KeptAnswersOptions {
  /** Default 2,000. */
  readonly maxAnswers?: number;
  /** Default 16 MiB. */
  readonly maxBytes?: number;
}

/** How long a call waits for another call of the same request, whose answer it could use. */
const followMs = 250;

/**
 * Remembers what was sent for requests. It decides nothing about age: an answer counts only while the service would
 * give the same message again, which the service is asked each time. The least recently used answers go first.
 */
export class KeptAnswers<Answer> {
  readonly #kept = new Map<string, Kept<Answer>>();
  readonly #leaders = new Map<string, Promise<void>>();
  readonly #maxAnswers: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ maxAnswers = 2000, maxBytes = 16 * 1024 * 1024 }: KeptAnswersOptions = {}) {
    this.#maxAnswers = maxAnswers;
    this.#maxBytes = maxBytes;
  }

  /** The answer of the request with this key, if it is the one that the service would give now. */
  find(key: string): Answer | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.current() !== kept.message) return undefined;
    kept.wasFound = true;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.answer;
  }

  /** What was last kept for the request, however old. */
  last(key: string): Answer | undefined {
    return this.#kept.get(key)?.answer;
  }

  /** Keeps the answer that an exchange got. @param bytes its size */
  keep(key: string, { read, request, response }: Exchange, answer: Answer, bytes: number): void {
    const before = this.#kept.get(key);
    const current = before?.current ?? read.prepare(request);
    this.#drop(key);
    const size = bytes + key.length;
    this.#bytes += size;
    this.#kept.set(key, { current, message: response, answer, bytes: size, wasFound: before?.wasFound ?? false });
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= this.#maxAnswers && this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  /**
   * Waits for a call of the same request that is under way, if `find` will then probably have its answer. So many
   * clients that ask at the moment at which an answer has become too old cost one call and not one each.
   * @returns undefined if there is none to wait for
   */
  follow(key: string): Promise<void> | undefined {
    return this.#kept.get(key)?.wasFound === true ? this.#leaders.get(key) : undefined;
  }

  /** Makes a call that others with the same request may follow. */
  async lead<Result>(key: string, call: () => Promise<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#leaders.set(key, promise);
    const end = (): void => {
      if (this.#leaders.get(key) === promise) this.#leaders.delete(key);
      resolve();
    };
    // A follower whose leader is slow makes its own call, so that its deadline stays what it is.
    const timer = setTimeout(end, followMs);
    try {
      return await call();
    } finally {
      clearTimeout(timer);
      end();
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
