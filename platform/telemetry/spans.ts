import { ROOT_CONTEXT, SpanStatusCode, trace, type Attributes, type SpanKind, type Tracer } from '@opentelemetry/api';
import { inRequest, type RequestContext } from './request-context.ts';
import { isSampled, spanIdOf, traceIdOf } from './trace-context.ts';

export { SpanKind } from '@opentelemetry/api';

/** A span that is being recorded. */
export interface OpenSpan {
  /** For whatever happens within the span. */
  readonly traceparent: string;
  /** @param errorType what went wrong, in one word, for example a code; undefined if nothing did */
  readonly end: (errorType?: string, attributes?: Attributes) => void;
}

export interface SpanOptions {
  readonly kind: SpanKind;
  /** The `traceparent` of what caused it; undefined if nothing did. */
  readonly parent: string | undefined;
  readonly attributes: Attributes;
  readonly startTime?: Date;
  /** 16 hex digits. Default: a new one. */
  readonly spanId?: string;
}

/** Who records the spans of a process. */
export interface Recorder {
  readonly tracer: Tracer;
  /** Whether a span is recorded if, and only if, its parent is. Only a span without a parent is then decided about. */
  readonly followsParent: boolean;
}

let recorder: Recorder | undefined;
let givenSpanId: string | undefined;

/** Sets who records the spans of this process; undefined if nobody does. The composition root calls it, before all else. */
export function recordSpansWith(given: Recorder | undefined): void {
  recorder = given;
}

/**
 * Whether a span with this parent can be recorded. If not, callers make nothing for it, and what happens within it keeps
 * the trace of the parent.
 * @param parent its `traceparent`; undefined if nothing has caused it
 */
export function recordsSpanOf(parent: string | undefined): boolean {
  return recorder !== undefined && (parent === undefined || !recorder.followsParent || isSampled(parent));
}

/** The id that the span that is being started must have; undefined for any. For the recorder's generator of ids. */
export function spanIdToUse(): string | undefined {
  return givenSpanId;
}

/** Starts a span. @returns undefined if it is not recorded */
export function startSpan(name: string, options: SpanOptions): OpenSpan | undefined {
  const { kind, parent, attributes, startTime, spanId } = options;
  if (recorder === undefined || !recordsSpanOf(parent)) return undefined;
  const { tracer, followsParent } = recorder;
  const from = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remoteContext(parent));
  givenSpanId = spanId;
  const span = tracer.startSpan(name, { kind, attributes, ...(startTime === undefined ? {} : { startTime }) }, from);
  givenSpanId = undefined;
  // A trace that is left out needs no id of its own: the trace that follows from the request's id says the same.
  if (followsParent && !span.isRecording()) return undefined;
  const { traceId, spanId: id, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${id}-0${traceFlags & 1}`,
    end: (errorType, more) => {
      if (more !== undefined) span.setAttributes(more);
      if (errorType !== undefined) {
        span.setAttribute('error.type', errorType);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

function remoteContext(traceparent: string) {
  const traceFlags = isSampled(traceparent) ? 1 : 0;
  return { traceId: traceIdOf(traceparent), spanId: spanIdOf(traceparent), traceFlags, isRemote: true };
}

/** One word for an error: its code or reason if it has one, else its name. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  for (const key of ['reason', 'type', 'code'] as const) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === 'string' && value !== '') return value;
  }
  return error.name;
}

/** Runs `work` within a span, in this context. If the span is not recorded, it only runs it in the context. */
export function inSpan<Result>(
  name: string,
  options: () => Omit<SpanOptions, 'parent'>,
  context: RequestContext,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!recordsSpanOf(context.traceparent)) return inRequest(context, work);
  const span = startSpan(name, { ...options(), parent: context.traceparent });
  const inside = span === undefined ? context : { ...context, traceparent: span.traceparent };
  return inRequest(inside, () => endingSpan(span, work));
}

/** Runs `work`, and ends the span with how it came out. */
export async function endingSpan<Result>(span: OpenSpan | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await work();
    span?.end();
    return result;
  } catch (error) {
    span?.end(errorTypeOf(error));
    throw error;
  }
}
