import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { CartDeps } from './deps.ts';
import { alreadyReleased, cartAlreadyClaimed, cartChanged } from './errors.ts';
import { refreshCart } from './refresh-cart.ts';
import type { CartKey, Claim, ClaimState } from './types.ts';

export interface ClaimInput extends CartKey {
  /** UUID: the key. */
  readonly orderId: string;
  /** The version whose lines the order froze. */
  readonly cartVersion: bigint;
  /** After this time a live claim counts as overdue. It is never freed by a clock (rule S33). */
  readonly ttlSeconds: number;
}

/**
 * Claims a cart for an order and copies its lines; the cart stays editable. A cart has one live claim (rule S34). A
 * repeat gets the first answer, with the claim's present state. Only the end of its order ends a claim (rule S33).
 * @throws CART_CHANGED {version}, CART_ALREADY_CLAIMED, ALREADY_RELEASED, REQUEST_ID_REUSED for another cart or version
 * of the same order
 */
export async function claimCart(deps: CartDeps, input: ClaimInput): Promise<ClaimState> {
  const { orderId, userId } = input;
  await deps.cache.fenceClaim(userId, orderId);
  if (await deps.repository.plain.claim(input)) return 'CLAIMED';
  const first = await tryClaim(deps, input);
  if (first !== undefined) return first;
  // Another order claims the cart. It may have ended although its event has not arrived yet (rule S37).
  const { cart } = await refreshCart(deps, { userId });
  const second = await tryClaim(deps, input);
  if (second === undefined) throw cartAlreadyClaimed(cart.claimedBy);
  return second;
}

/** @returns undefined if another order claims the cart */
async function tryClaim(deps: CartDeps, input: ClaimInput): Promise<ClaimState | undefined> {
  const { orderId, userId, cartVersion } = input;
  return deps.repository.transaction(async (tx) => {
    // Inserts nothing if the order has a claim or another order claims the cart. Waits for a transaction that inserts
    // one.
    if (!(await tx.insertClaim(input))) {
      const found = await tx.lockClaim(orderId);
      return found && repeated(found, input);
    }
    const cart = await tx.lockCart(userId);
    if (cart.version !== cartVersion) throw cartChanged(cart.version);
    await tx.insertClaimLines(orderId, cart.lines);
    // The first fence may have expired while the transaction waited.
    await deps.cache.fenceClaim(userId, orderId);
    return 'CLAIMED';
  });
}

function repeated(found: Claim, { orderId, userId, cartVersion }: ClaimInput): ClaimState {
  if (found.state === 'RELEASED') throw alreadyReleased();
  const isOther = found.userId !== userId || (found.cartVersion ?? cartVersion) !== cartVersion;
  if (isOther) throw requestIdReused(orderId);
  return found.state;
}
