import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { ContextValues, HandlerContext } from '@connectrpc/connect';
import type { Call } from '../interceptors/guard.ts';
import type { CallScope } from '../interceptors/scope.ts';

export interface CallContextOptions {
  readonly method: DescMethod;
  readonly call: Call;
  readonly scope: CallScope;
  readonly protocolName: 'connect' | 'grpc';
  readonly requestHeader: () => Headers;
}

/**
 * The context of a handler that is called without Connect's own handlers. Most handlers need little of it, so headers and
 * signal are made only when one asks for them.
 */
export class CallContext implements HandlerContext {
  readonly service: DescService;
  readonly method: DescMethod;
  readonly requestMethod = 'POST';
  readonly protocolName: string;
  readonly values: ContextValues;
  readonly timeoutMs: () => number | undefined;
  /** What the handler has set; undefined if it has set nothing. */
  readonly set: { header?: Headers; trailer?: Headers } = {};
  readonly #scope: CallScope;
  readonly #requestHeader: () => Headers;
  #header: Headers | undefined;

  constructor({ method, call, scope, protocolName, requestHeader }: CallContextOptions) {
    this.service = method.parent;
    this.method = method;
    this.protocolName = protocolName;
    this.values = call.values;
    const endsAtMs = performance.now() + call.timeoutMs;
    this.timeoutMs = () => (call.timeoutMs === Number.POSITIVE_INFINITY ? undefined : endsAtMs - performance.now());
    this.#scope = scope;
    this.#requestHeader = requestHeader;
  }

  get url(): string {
    return `http://${this.protocolName}/${this.service.typeName}/${this.method.name}`;
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  get requestHeader(): Headers {
    return (this.#header ??= this.#requestHeader());
  }

  get responseHeader(): Headers {
    return (this.set.header ??= new Headers());
  }

  get responseTrailer(): Headers {
    return (this.set.trailer ??= new Headers());
  }
}
