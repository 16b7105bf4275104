import type { Subject } from '../platform/telemetry/request-context.ts';
import { orderIn } from '../platform/temporal/headers.ts';

/** What a step is about. The attempt at all steps has an input for each of the first three: that of the hold has both ids. */
export function subjectOf([input]: readonly unknown[]): Subject {
  return orderIn(
    typeof input === 'object' && input !== null && 'hold' in input ? (input as { readonly hold: unknown }).hold : input,
  );
}
