import type { ServiceImpl } from '@connectrpc/connect';
import {
  ClaimState as StateMessage,
  type CartClaimService,
} from '../../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { claim } from '../domain/claim.ts';
import type { CartDeps } from '../domain/deps.ts';
import { release } from '../domain/release.ts';
import type { ClaimState } from '../domain/types.ts';

const stateMessages: Readonly<Record<ClaimState, StateMessage>> = {
  CLAIMED: StateMessage.CLAIMED,
  CONSUMED: StateMessage.CONSUMED,
  RELEASED: StateMessage.RELEASED,
};

/** What the checkout saga does with a buyer's cart; every call is keyed by its order. */
export function claimHandlers(deps: CartDeps): ServiceImpl<typeof CartClaimService> {
  return {
    claim: async ({ orderId, userId, cartVersion, ttlSeconds }) => {
      const state = await claim(deps, { orderId, userId: userId.toLowerCase(), cartVersion, ttlSeconds });
      return { state: stateMessages[state] };
    },
    release: async ({ orderId }) => ({ state: stateMessages[await release(deps, orderId)] }),
  };
}
