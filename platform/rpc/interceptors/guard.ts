import { getOption, type DescMethod, type Message } from '@bufbuild/protobuf';
import type { ConnectError, ContextValues, StreamRequest } from '@connectrpc/connect';
import { access, Access } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { callerKey, type Caller } from '../../auth/caller.ts';
import type { AppError } from '../../errors/app-error.ts';
import { asReceived } from '../../errors/from-connect.ts';
import { connectCode, refusalOf, wireError, type Refusal } from '../../errors/to-connect.ts';
import type { OpenSpan } from '../../telemetry/spans.ts';
import { contextOf, inRequest, setSubject, withLimits, type RequestContext } from '../../telemetry/request-context.ts';
import { permitKey } from '../overload/admission.ts';
import { AnswerStream } from './answer-stream.ts';
import type { Authorize, Credential, Identify } from './auth.ts';
import type { LogCall } from './logging.ts';
import type { CountCall } from './metrics.ts';
import type { OpenCalls } from './open-calls.ts';
import { CallScope } from './scope.ts';
import { endServerSpan, serverSpan } from './spans.ts';
import { subjectTeller, type TellSubject } from './subject.ts';
import { checkedStream, type Check } from './validation.ts';

/** What a call brings, whatever way it comes. */
export interface Call {
  readonly requestId: string;
  /** The caller's, if it sends one that is well formed. */
  readonly traceparent: string | undefined;
  readonly credential: Credential;
  /** How long the caller waits; infinite if it does not say. */
  readonly timeoutMs: number;
  readonly values: ContextValues;
  /** Whether it comes from within the process. It is then logged at `debug`. */
  readonly inProcess: boolean;
  /** Lets the scope be aborted when the caller is gone. */
  readonly follow: (scope: CallScope) => void;
}

export interface GuardDeps {
  readonly identify: Identify;
  readonly authorize: Authorize;
  readonly check: Check;
  readonly count: CountCall;
  readonly log: LogCall;
  readonly open: OpenCalls;
  /** Longest time of a unary call. */
  readonly maxMs: number;
}

/**
 * What happens around the handler of a method, outermost first: request id, log, metrics, errors, deadline, permit, who
 * calls, the rules for the message. It is the same for all protocols and for calls within the process.
 *
 * The log and the metrics see the final codes. The permit is inside the deadline: a call that timed out but still works
 * keeps it.
 */
export class Guard {
  readonly #method: DescMethod;
  readonly #deps: GuardDeps;
  /** Whether only services may call it. */
  readonly #forServices: boolean;
  readonly #tellSubject: TellSubject;
  /** Support and administrators work on what belongs to others. */
  readonly #userIs: 'userId' | 'actorId';

  constructor(method: DescMethod, deps: GuardDeps) {
    this.#method = method;
    this.#deps = deps;
    this.#tellSubject = subjectTeller(method);
    // Read once, because a read decodes the option.
    const whoMay = getOption(method, access);
    this.#forServices = whoMay === Access.SERVICE;
    this.#userIs = whoMay === Access.SUPPORT || whoMay === Access.ADMIN ? 'actorId' : 'userId';
  }

  /**
   * Runs a unary call. It ends after `maxMs`, or when its caller stops waiting if that is earlier. A handler that ignores
   * the signal goes on, but its answer is not used. Calls that it makes have only the time that is left.
   * @throws what the caller receives: a ConnectError, or within the process an AppError
   */
  async unary<Answer>(call: Call, message: Message, handle: (scope: CallScope) => Answer | Promise<Answer>) {
    const running = this.#begin(call, Math.min(this.#deps.maxMs, call.timeoutMs));
    const { scope, context } = running;
    const work = (): Promise<Answer> => this.#admitted(call, message, () => handle(scope));
    try {
      if (scope.reason !== undefined) throw scope.reason;
      const answer = await orAborted(scope, withLimits(scope, work, context));
      running.succeed();
      return answer;
    } catch (error) {
      throw running.fail(error);
    }
  }

  /**
   * Runs a call that is answered with a stream. It has no deadline unless its caller sets one.
   * @returns the answers; the call ends when they have been read, or are not read any more
   * @throws what the caller receives: a ConnectError, or within the process an AppError. The answers throw it, too.
   */
  async stream<Answer>(
    call: Call,
    handle: (scope: CallScope) => AsyncIterable<Answer> | Promise<AsyncIterable<Answer>>,
  ): Promise<AsyncIterable<Answer>> {
    const running = this.#begin(call, call.timeoutMs);
    const { scope, context } = running;
    const { open } = this.#deps;
    const releasePermit = call.values.get(permitKey)?.retain();
    let answers: AnswerStream<Answer> | undefined;
    running.onEnd = () => {
      releasePermit?.();
      open.deleteStream(answers);
    };
    try {
      const source = await inRequest(context, async () => {
        await this.#identify(call);
        return handle(scope);
      });
      answers = new AnswerStream(source, {
        context,
        onEnd: () => running.succeed(),
        onFailure: (error) => running.fail(error),
      });
    } catch (error) {
      throw running.fail(error);
    }
    open.addStream(answers, scope);
    // A caller in this process is told at once. For all others, Connect stops reading.
    if (call.inProcess) scope.onAbort = answers.stop.bind(answers);
    if (call.inProcess && scope.reason !== undefined) answers.stop(scope.reason);
    return answers;
  }

  /** @throws VALIDATION_FAILED */
  check(message: Message): void {
    this.#deps.check(this.#method.input, message);
    // Not before: a text that breaks the rules may be of any length.
    this.#tellSubject(message);
  }

  /** The messages of a stream, each checked when it is read. */
  checked(messages: StreamRequest['message']): StreamRequest['message'] {
    return checkedStream((_, message) => this.check(message), this.#method.input, messages);
  }

  #begin(call: Call, forMs: number): RunningCall {
    // Other work already waits for a call of a service, so it is urgent.
    return new RunningCall(this.#method, call, new CallScope(forMs, this.#forServices), this.#deps);
  }

  async #admitted<Answer>(call: Call, message: Message, handle: () => Answer | Promise<Answer>): Promise<Answer> {
    const releasePermit = call.values.get(permitKey)?.retain();
    try {
      const identified = this.#identify(call);
      if (identified !== undefined) await identified;
      this.check(message);
      return await handle();
    } finally {
      releasePermit?.();
    }
  }

  /** Tells the handler who calls. @returns a promise only if a token must be verified */
  #identify({ credential, values }: Call): Promise<void> | undefined {
    // A caller who is refused stands in the log, too.
    const admit = (caller: Caller): void => {
      values.set(callerKey, caller);
      if (caller.kind === 'user') setSubject({ [this.#userIs]: caller.userId });
      this.#deps.authorize(caller);
    };
    const caller = this.#deps.identify(credential);
    if (caller instanceof Promise) return caller.then(admit);
    admit(caller);
    return undefined;
  }
}

/** Does not wait for work that goes on after the call was aborted. */
function orAborted<Answer>(scope: CallScope, work: Promise<Answer>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  scope.onAbort = reject;
  // The work has begun, and may have been aborted since.
  if (scope.reason !== undefined) reject(scope.reason);
  work.then(resolve, reject);
  return promise;
}

/** A call from its begin to its end, which is counted and logged once. */
class RunningCall {
  readonly scope: CallScope;
  /** What the handler runs in. */
  readonly context: RequestContext;
  /** Called at the end. */
  onEnd: (() => void) | undefined;
  readonly #startedAt = performance.now();
  readonly #span: OpenSpan | undefined;
  readonly #method: DescMethod;
  readonly #call: Call;
  readonly #deps: GuardDeps;

  constructor(method: DescMethod, call: Call, scope: CallScope, deps: GuardDeps) {
    this.#method = method;
    this.#call = call;
    this.scope = scope;
    const { requestId, traceparent, inProcess } = call;
    this.#span = serverSpan(method, { traceparent, inProcess, forServices: scope.urgent });
    this.context = contextOf({ requestId, traceparent: this.#span?.traceparent ?? traceparent });
    this.#deps = deps;
    deps.open.add(scope);
    call.follow(scope);
  }

  succeed(): void {
    this.#end(undefined);
  }

  /** @returns the error that the caller receives */
  fail(error: unknown): AppError | ConnectError {
    const { inProcess, requestId } = this.#call;
    const refusal = refusalOf(error, requestId);
    this.#end(refusal);
    return inProcess ? asReceived(refusal.error) : wireError(refusal);
  }

  #end(refusal: Refusal | undefined): void {
    const { values, inProcess: quiet } = this.#call;
    const method = this.#method;
    const startedAt = this.#startedAt;
    this.onEnd?.();
    this.#deps.open.delete(this.scope);
    this.scope.end();
    if (this.#span !== undefined) endServerSpan(this.#span, refusal, this.context);
    this.#deps.count(method, refusal && connectCode(refusal.error), startedAt);
    this.#deps.log({ method, startedAt, context: this.context, caller: values.get(callerKey).kind, quiet }, refusal);
  }
}
