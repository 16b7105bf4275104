import { requestIdReused } from '../../../platform/errors/app-error.ts';
import type { CartDeps } from './deps.ts';
import { alreadyReleased, cartAlreadyClaimed, cartChanged } from './errors.ts';
import { settleCart } from './settle-cart.ts';
import type { CartKey, Claim, ClaimState } from './types.ts';

export interface ClaimInput extends CartKey {
  /** UUID: the key. */
  readonly orderId: string;
  /** The version whose lines the order froze. */
  readonly cartVersion: bigint;
  /** After which a claim that is still live is reported as overdue. No clock frees a claim. */
  readonly ttlSeconds: number;
}

/**
 * Claims a cart for an order and copies its lines; the cart stays editable. One order at a time has a cart. A repeat
 * gets the first answer, with the state the claim is in by now.
 *
 * A claim ends with its order and not by itself: if a clock freed it while the order was paid but not yet heard of,
 * a second checkout would buy the same cart again.
 * @throws CART_CHANGED {version}, CART_ALREADY_CLAIMED, ALREADY_RELEASED, REQUEST_ID_REUSED for another cart or version
 * under the same order.
 */
export async function claimCart(deps: CartDeps, input: ClaimInput): Promise<ClaimState> {
  const first = await tryClaim(deps, input);
  if (first !== undefined) return first;
  // Another order has the cart, and may have ended without its event being here.
  await settleCart(deps, { userId: input.userId });
  const second = await tryClaim(deps, input);
  if (second === undefined) throw cartAlreadyClaimed();
  return second;
}

/** undefined if another order has the cart. */
async function tryClaim(deps: CartDeps, input: ClaimInput): Promise<ClaimState | undefined> {
  const { orderId, userId, cartVersion } = input;
  return deps.repository.transaction(async (tx) => {
    // Inserts nothing if the order's key is taken or another order has the cart; waits for who is about to.
    if (!(await tx.insertClaim(input))) {
      const found = await tx.lockClaim(orderId);
      return found && repeated(found, input);
    }
    const cart = await tx.lockCart(userId);
    if (cart.version !== cartVersion) throw cartChanged(cart.version);
    await tx.insertClaimLines(orderId, cart.lines);
    // Readers must see the claim, so the cart as it is now is no longer served from the cache: only the next version is.
    await deps.cache.fence(userId, cart.version + 1n);
    return 'CLAIMED';
  });
}

function repeated(found: Claim, { orderId, userId, cartVersion }: ClaimInput): ClaimState {
  if (found.state === 'RELEASED') throw alreadyReleased();
  const isOther = found.userId !== userId || (found.cartVersion ?? cartVersion) !== cartVersion;
  if (isOther) throw requestIdReused(orderId);
  return found.state;
}
