import type { Subject } from '../platform/telemetry/request-context.ts';

type Field = 'orderId' | 'userId';

function textIn(input: unknown, field: Field): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value: unknown = Reflect.get(input, field);
  return typeof value === 'string' ? value : undefined;
}

/** What a step is about. The attempt at all steps has an input for each of the first three: that of the hold has both ids. */
export function subjectOf([input]: readonly unknown[]): Subject {
  const of =
    typeof input === 'object' && input !== null && 'hold' in input ? (input as { readonly hold: unknown }).hold : input;
  return { orderId: textIn(of, 'orderId'), userId: textIn(of, 'userId') };
}
