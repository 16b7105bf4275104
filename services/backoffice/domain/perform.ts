import { AppError } from '../../../platform/errors/app-error.ts';
import type { BackofficeDeps } from './deps.ts';
import { ownOrder, ownRole, sameRefundDone, sameRefundUnderWay, toStoredRefusal } from './errors.ts';
import { toStoredOrder } from './stored-order.ts';
import type { AdjustedWallet, Entry, Order, RefundEntry, RefundWish, StoredAnswer, StoredWallet } from './types.ts';

/**
 * Makes the change of an open entry, and writes how it came out. It may run at the same time as another try of the same
 * entry: the entry's id is the key of the change, so both get the same answer. If the answer is not definitive, the
 * entry stays open and is tried again.
 * @throws the refusal
 */
export async function perform(deps: BackofficeDeps, entry: Entry): Promise<StoredAnswer> {
  const { entryId, action } = entry;
  try {
    const answer = await change(deps, entry);
    if (await deps.repository.end(entryId, { outcome: 'DONE', answer })) deps.metrics.ended(action, 'DONE');
    return answer;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'definitive') throw error;
    const refusal = toStoredRefusal(error);
    if (await deps.repository.end(entryId, { outcome: 'REFUSED', refusal })) deps.metrics.ended(action, 'REFUSED');
    throw error;
  }
}

async function change(deps: BackofficeDeps, entry: Entry): Promise<StoredAnswer> {
  const { wallets, users } = deps;
  const { entryId, userId, actorId } = entry;
  switch (entry.action) {
    case 'wallet.credit':
      return toStored(await wallets.credit({ adjustmentId: entryId, userId, amount: entry.amount }));
    case 'wallet.debit':
      return toStored(await wallets.debit({ adjustmentId: entryId, userId, amount: entry.amount }));
    case 'user.grant-role':
      return users.grantRole({ changeId: entryId, userId, role: entry.role });
    case 'user.revoke-role':
      if (userId === actorId) throw ownRole();
      return users.revokeRole({ changeId: entryId, userId, role: entry.role });
    case 'order.refund':
      if (userId === actorId && entry.actorRole === 'support' && !(await isUnderWay(deps, entry))) throw ownOrder();
      return toStoredOrder(await refund(deps, entry));
    default:
      // A newer version has written the entry, and carries it out.
      throw new Error(`this version does not know the action ${(entry satisfies never as Entry).action}`);
  }
}

/**
 * The order service knows a refund by its cause, so it takes a second refund with the same words for a repeat. The oldest
 * entry that is not refused has refunded. While an older one is open, this one waits for it.
 */
async function refund({ refunds, repository }: BackofficeDeps, entry: RefundEntry): Promise<Order> {
  const { orderId } = entry;
  const cause = causeOf(entry);
  const order = await refunds.refund({ orderId, cause });
  const earlier = await repository.earlierRefund(entry);
  if (earlier === 'OPEN') throw sameRefundUnderWay(orderId);
  if (earlier === 'DONE') throw sameRefundDone(orderId, cause);
  return order;
}

/**
 * Whether the refund was asked for already: by a former version, which let support refund its own orders. The entry must
 * then tell how that came out. What the order service knows of the refund goes on or has ended; this adds no wish.
 */
async function isUnderWay({ records }: BackofficeDeps, entry: RefundEntry): Promise<boolean> {
  const { status, nextRefundTime, changes } = await records.order(entry.orderId);
  if (status === 'COMPLETED') return nextRefundTime !== undefined;
  return status === 'CANCELLED' && changes.at(-1)?.cause === causeOf(entry);
}

/** By whom and why, for the order's history and for Temporal. */
function causeOf({ actorRole, reason }: RefundWish): string {
  return `refunded by ${actorRole === 'admin' ? 'an administrator' : 'support'}: ${reason}`;
}

function toStored(adjusted: AdjustedWallet): StoredWallet {
  return {
    ...adjusted,
    balanceMinor: String(adjusted.balanceMinor),
    heldMinor: String(adjusted.heldMinor),
    movedMinor: String(adjusted.movedMinor),
    balanceAfterMinor: String(adjusted.balanceAfterMinor),
    movedAt: adjusted.movedAt.toISOString(),
  };
}
