import { ROOT_CONTEXT, trace, type Context, type SpanOptions, type Tracer } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { inSpan, recordSpansWith, recordsSpanOf, SpanKind, startSpan } from './spans.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sampled = `00-${traceId}-b7ad6b7169203331-01`;
const leftOut = `00-${traceId}-b7ad6b7169203331-00`;

/** A tracer that leaves every trace out, and notes which spans it was asked for. */
function leavesOut() {
  const asked: string[] = [];
  const startAny = (name: string, _: SpanOptions = {}, context: Context = ROOT_CONTEXT) => {
    asked.push(name);
    const parent = trace.getSpanContext(context);
    return trace.wrapSpanContext({ traceId: parent?.traceId ?? traceId, spanId: '00f067aa0ba902b7', traceFlags: 0 });
  };
  return { asked, tracer: { startSpan: startAny } as unknown as Tracer };
}

const options = (parent: string | undefined) => ({ kind: SpanKind.INTERNAL, parent, attributes: {} });
const attributesAreMade = (): never => {
  throw new Error('attributes were made for a span that nobody records');
};

afterEach(() => recordSpansWith(undefined));

test('nothing is made for what happens in a trace that is left out', async () => {
  const { asked, tracer } = leavesOut();
  recordSpansWith({ tracer, followsParent: true });
  expect(startSpan('a step', options(leftOut))).toBeUndefined();
  const context = { requestId: 'a-request', traceparent: leftOut };
  expect(await inSpan('another', attributesAreMade, context, () => Promise.resolve('done'))).toBe('done');
  expect([recordsSpanOf(leftOut), recordsSpanOf(sampled), recordsSpanOf(undefined)]).toEqual([false, true, true]);
  expect(asked).toEqual([]);
});

test('a trace that is left out has no span of its own, so that its id follows from the request', () => {
  const { asked, tracer } = leavesOut();
  recordSpansWith({ tracer, followsParent: true });
  expect(startSpan('a request', options(undefined))).toBeUndefined();
  expect(asked).toEqual(['a request']);
});

test('a sampler that does not follow the parent decides about every span, by one id of the trace', () => {
  const { asked, tracer } = leavesOut();
  recordSpansWith({ tracer, followsParent: false });
  const first = startSpan('a request', options(undefined));
  expect(first?.traceparent).toBe(`00-${traceId}-00f067aa0ba902b7-00`);
  expect(startSpan('a step', options(first?.traceparent))?.traceparent).toContain(traceId);
  expect(asked).toEqual(['a request', 'a step']);
});

test('without a recorder there is no span', () => {
  expect(startSpan('a step', options(sampled))).toBeUndefined();
  expect(recordsSpanOf(sampled)).toBe(false);
});
