import { inRequest, type RequestContext } from '../../telemetry/request-context.ts';

export interface AnswerStreamOptions {
  /** What the handler runs in. A generator would otherwise run in the context of whoever reads from it. */
  readonly context: RequestContext;
  /** Called when the answers have been read, or when nobody reads them any more. */
  readonly onEnd: () => void;
  /** Called instead if the stream fails or is stopped. @returns the error that the reader gets */
  readonly onFailure: (error: unknown) => unknown;
}

/**
 * The answers of a handler, until it has no more, or fails, or is stopped. A reader that goes away early, because its
 * client cancelled, is not a failure.
 */
export class AnswerStream<Answer> implements AsyncIterableIterator<Answer, undefined, undefined> {
  readonly #source: AsyncIterator<Answer>;
  readonly #options: AnswerStreamOptions;
  #outcome: { readonly failure?: { readonly error: unknown } } | undefined;
  #reader: PromiseWithResolvers<IteratorResult<Answer, undefined>> | undefined;

  constructor(answers: AsyncIterable<Answer>, options: AnswerStreamOptions) {
    this.#source = answers[Symbol.asyncIterator]();
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Answer, undefined>> {
    const reader = Promise.withResolvers<IteratorResult<Answer, undefined>>();
    this.#reader = reader;
    if (this.#outcome !== undefined) {
      this.#tell();
      return reader.promise;
    }
    inRequest(this.#options.context, async () => this.#source.next()).then(
      (step) => {
        if (step.done === true) this.#end({});
        else reader.resolve(step);
      },
      (error: unknown) => this.stop(error),
    );
    return reader.promise;
  }

  return(): Promise<IteratorResult<Answer, undefined>> {
    this.#end({});
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends the stream with an error, even while the handler waits for something. The handler is not heard any more. */
  stop(error: unknown): void {
    if (this.#outcome === undefined) this.#end({ failure: { error: this.#options.onFailure(error) } });
  }

  #end(outcome: { readonly failure?: { readonly error: unknown } }): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    if (outcome.failure === undefined) this.#options.onEnd();
    this.#tell();
    // Not awaited: a source that waits for its next event would delay the end.
    inRequest(this.#options.context, async () => this.#source.return?.()).catch(() => undefined);
  }

  #tell(): void {
    const failure = this.#outcome?.failure;
    if (failure === undefined) this.#reader?.resolve({ done: true, value: undefined });
    else this.#reader?.reject(failure.error);
    this.#reader = undefined;
  }
}
