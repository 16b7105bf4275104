import {
  clone,
  create,
  isMessage,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { Code, ConnectError, createContextValues, type Transport } from '@connectrpc/connect';
import { getAbortSignalReason } from '@connectrpc/connect/protocol';
import { bearerToken } from '../../auth/bearer.ts';
import { acceptRequestId, currentOrigin } from '../../telemetry/request-context.ts';
import type { Call } from '../interceptors/guard.ts';
import { requestIdHeader } from '../interceptors/request-id.ts';
import type { CallScope } from '../interceptors/scope.ts';
import { CallContext } from '../server/call-context.ts';
import type { Endpoints } from '../server/endpoints.ts';

/** The message that the handler gets. What the caller does to its own afterwards changes nothing. */
function copyOf<Input extends DescMessage>(schema: Input, message: MessageInitShape<Input>): MessageShape<Input> {
  try {
    return clone(schema, create(schema, message));
  } catch (error) {
    throw new ConnectError(`the message cannot be sent: ${String(error)}`, Code.Internal);
  }
}

/** The message that the caller gets. It is the handler's own and may be shared with other calls, so nobody changes it. */
function wholeAnswer<Output extends DescMessage>(schema: Output, answer: MessageInitShape<DescMessage>) {
  const message = create<DescMessage>(schema, answer);
  if (!isMessage(message, schema)) throw new Error(`a ${schema.typeName} was answered with a ${message.$typeName}`);
  return message;
}

async function* wholeAnswers<Output extends DescMessage>(
  schema: Output,
  answers: AsyncIterable<MessageInitShape<DescMessage>>,
): AsyncGenerator<MessageShape<Output>> {
  for await (const answer of answers) yield wholeAnswer(schema, answer);
}

async function single<Message>(messages: AsyncIterable<Message>): Promise<Message> {
  for await (const message of messages) return message;
  throw new ConnectError('the call has no message', Code.Unimplemented);
}

function unimplemented(method: DescMethod): ConnectError {
  return new ConnectError(`${method.toString()} is not implemented`, Code.Unimplemented);
}

/** A call from within the process. */
class LocalCall implements Call {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly credential: Call['credential'];
  readonly timeoutMs: number;
  readonly values = createContextValues();
  readonly inProcess = true;
  #context: CallContext | undefined;
  readonly #headers: Headers | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(
    as: string | undefined,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    headers: Parameters<Transport['unary']>[3],
  ) {
    const origin = currentOrigin();
    this.requestId = acceptRequestId(origin?.requestId);
    this.traceparent = origin?.traceparent;
    this.#headers = headers === undefined ? undefined : new Headers(headers);
    this.credential =
      as === undefined ? { token: bearerToken(this.#headers?.get('authorization') ?? null) } : { service: as };
    this.timeoutMs = timeoutMs !== undefined && timeoutMs > 0 ? timeoutMs : Number.POSITIVE_INFINITY;
    this.#signal = signal;
  }

  follow(scope: CallScope): void {
    if (this.#signal !== undefined) scope.follow(this.#signal);
  }

  begin(method: DescMethod, scope: CallScope): CallContext {
    const requestHeader = (): Headers => {
      const header = new Headers(this.#headers);
      header.set(requestIdHeader, this.requestId);
      return header;
    };
    this.#context = new CallContext({ method, call: this, scope, protocolName: 'connect', requestHeader });
    return this.#context;
  }

  get responseHeader(): Headers {
    return this.#context?.responseHeader ?? new Headers();
  }

  get responseTrailer(): Headers {
    return this.#context?.responseTrailer ?? new Headers();
  }

  /** As over a network, a caller that gives up does not hear what became of the call. */
  errorOf(error: unknown): unknown {
    return this.#signal?.aborted === true ? getAbortSignalReason(this.#signal) : error;
  }
}

async function* untilGone<Answer>(answers: AsyncIterable<Answer>, call: LocalCall): AsyncGenerator<Answer> {
  try {
    yield* answers;
  } catch (error) {
    throw call.errorOf(error);
  }
}

/**
 * Calls the handlers of this process. A call gets what every call gets (see `Guard`), and its caller gets the errors that
 * it would receive from another process. But nothing is encoded, and no token is signed.
 * @param as the service that calls, known because it calls from here; undefined if a user's token tells who calls
 */
export function directTransport(endpoints: Endpoints, as: string | undefined): Transport {
  return {
    async unary(method, signal, timeoutMs, headers, input) {
      const endpoint = endpoints.get(method);
      if (endpoint?.spec.kind !== 'unary') throw unimplemented(method);
      const { spec, guard } = endpoint;
      const message = copyOf(method.input, input);
      const call = new LocalCall(as, signal, timeoutMs, headers);
      signal?.throwIfAborted();
      try {
        const answer = await guard.unary(call, message, (scope) => spec.impl(message, call.begin(method, scope)));
        return {
          stream: false,
          service: method.parent,
          method,
          message: wholeAnswer(method.output, answer),
          get header() {
            return call.responseHeader;
          },
          get trailer() {
            return call.responseTrailer;
          },
        };
      } catch (error) {
        throw call.errorOf(error);
      }
    },
    async stream(method, signal, timeoutMs, headers, input) {
      const endpoint = endpoints.get(method);
      if (endpoint?.spec.kind !== 'server_streaming') throw unimplemented(method);
      const { spec, guard } = endpoint;
      const message = copyOf(method.input, await single(input));
      const call = new LocalCall(as, signal, timeoutMs, headers);
      signal?.throwIfAborted();
      const answers = await guard.stream(call, (scope) => {
        guard.check(message);
        return wholeAnswers(method.output, spec.impl(message, call.begin(method, scope)));
      });
      return {
        stream: true,
        service: method.parent,
        method,
        message: signal === undefined ? answers : untilGone(answers, call),
        header: call.responseHeader,
        trailer: call.responseTrailer,
      };
    },
  };
}
