import { subjectOfOrder } from '../../services/backoffice/domain/operation.ts';
import type { Context } from '../context.ts';
import { failureOf, textOf } from '../failure.ts';
import { callPart } from '../parts.ts';
import { warn, warnJson } from '../say.ts';
import { openTrail } from '../trail.ts';
import { toldOf, type Outcome } from './outcome.ts';

/**
 * Ends the entries that earlier cancels of this order left open in the audit trail, once the outcome is known. Without the
 * back office's database they stay open, and the command says so.
 */
export async function endOpenEntries(
  { env, json }: Pick<Context, 'env' | 'json'>,
  orderId: string,
  outcome: Outcome,
): Promise<void> {
  const { trail, part, close } = openTrail(env);
  const { detail, refusal } = toldOf(outcome);
  try {
    await callPart(part, () => trail.endOpenCancels(subjectOfOrder(orderId), { detail, refusal }));
  } catch (error) {
    if (json) warnJson({ warning: failureOf(error).failure });
    else warn(`The audit trail may keep an open entry of an earlier cancel: ${textOf(error)}`);
  } finally {
    await close();
  }
}
