import { reasonOf } from './api.ts';

/** A cancel or a refund that takes longer than one call has one of these reasons: it goes on, and is to be repeated. */
const pending: ReadonlySet<string | undefined> = new Set(['CANCELLATION_PENDING', 'REFUND_PENDING']);
const mostTries = 5;

/** Repeats a call while its effect is pending. The call must have the same request id each time. */
export async function untilDone<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === mostTries || !pending.has(reasonOf(error))) throw error;
    }
  }
}
