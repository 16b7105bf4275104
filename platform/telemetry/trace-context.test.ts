import { expect, test } from 'vitest';
import { traceparentOf } from './request-trace.ts';
import { acceptTraceparent, isSampled, spanIdOf, traceIdOf } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const plain = `00-${traceId}-${spanId}-01`;

test.each([
  [plain, plain],
  [`00-${traceId}-${spanId}-00`, `00-${traceId}-${spanId}-00`],
  // Flags that this version does not know are dropped.
  [`00-${traceId}-${spanId}-03`, plain],
  // A later version may append fields.
  [`cc-${traceId}-${spanId}-01`, plain],
  [`cc-${traceId}-${spanId}-01-what-comes-later`, plain],
])('%s is taken as %s', (sent, accepted) => {
  expect(acceptTraceparent(sent)).toBe(accepted);
});

test.each([
  undefined,
  '',
  'x',
  `${plain}-more`,
  `${plain}0`,
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `cc-${traceId}-${spanId}-01.later`,
])('%s is not taken', (sent) => {
  expect(acceptTraceparent(sent)).toBeUndefined();
});

test('the parts of a trace are found in it', () => {
  expect([traceIdOf(plain), spanIdOf(plain), isSampled(plain)]).toEqual([traceId, spanId, true]);
});

test('the trace of a request without one follows from its id, whatever that looks like, and is not recorded', () => {
  for (const id of ['6EC0BD7F-11c0-43da-975e-2a8ad9ebae0b', 'request-1']) {
    expect(acceptTraceparent(traceparentOf(id))).toBe(traceparentOf(id));
    expect(traceparentOf(id)).toBe(traceparentOf(id));
    expect(isSampled(traceparentOf(id))).toBe(false);
  }
  expect(traceIdOf(traceparentOf('6EC0BD7F-11c0-43da-975e-2a8ad9ebae0b'))).toBe('6ec0bd7f11c043da975e2a8ad9ebae0b');
});
