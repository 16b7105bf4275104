import type { ServiceImpl } from '@connectrpc/connect';
import type { CartClaimService } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import { claimStateToMessage } from '../convert/claim-state.ts';
import { claimCart } from '../domain/claim.ts';
import type { CartDeps } from '../domain/deps.ts';
import { releaseClaim } from '../domain/release.ts';

/** The saga's calls on carts. Every call is keyed by its order (rule S5). */
export function cartClaimServiceHandlers(deps: CartDeps): ServiceImpl<typeof CartClaimService> {
  return {
    claim: async ({ orderId, userId, cartVersion, ttlSeconds }) => {
      const state = await claimCart(deps, { orderId, userId: userId.toLowerCase(), cartVersion, ttlSeconds });
      return { state: claimStateToMessage(state) };
    },
    release: async ({ orderId }) => ({ state: claimStateToMessage(await releaseClaim(deps, { orderId })) }),
  };
}
