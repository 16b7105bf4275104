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

let tracer: Tracer | undefined;
let givenSpanId: string | undefined;

/** Sets who records the spans of this process; undefined if nobody does. The composition root calls it, before all else. */
export function recordSpansWith(given: Tracer | undefined): void {
  tracer = given;
}

/** Whether this process records spans. If not, callers make no attributes for them. */
export function recordsSpans(): boolean {
  return tracer !== undefined;
}

/** The id that the span that is being started must have; undefined for any. For the recorder's generator of ids. */
export function spanIdToUse(): string | undefined {
  return givenSpanId;
}

/** Starts a span. @returns undefined if this process records none */
export function startSpan(name: string, options: SpanOptions): OpenSpan | undefined {
  if (tracer === undefined) return undefined;
  const { kind, parent, attributes, startTime, spanId } = options;
  const from = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remoteContext(parent));
  givenSpanId = spanId;
  const span = tracer.startSpan(name, { kind, attributes, ...(startTime === undefined ? {} : { startTime }) }, from);
  givenSpanId = undefined;
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

/** Runs `work` within a span, in this context. Without a recorder it only runs it in the context. */
export function inSpan<Result>(
  name: string,
  options: () => Omit<SpanOptions, 'parent'>,
  context: RequestContext,
  work: () => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined) return inRequest(context, work);
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
