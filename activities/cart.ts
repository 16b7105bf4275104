import type { Client } from '@connectrpc/connect';
import type { CartClaimService } from '../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import type { Activities } from '../workflows/contract/checkout.ts';
import { call } from './call.ts';

/** The saga's steps at the cart service. */
export function createCartActivities(
  claims: Client<typeof CartClaimService>,
): Pick<Activities, 'claimCart' | 'releaseClaim'> {
  return {
    async claimCart({ orderId, userId, cartVersion, ttlSeconds }) {
      const request = { orderId, userId, cartVersion: BigInt(cartVersion), ttlSeconds };
      await call('cart', (options) => claims.claim(request, options));
    },

    async releaseClaim({ orderId }) {
      await call('cart', (options) => claims.release({ orderId }, options));
    },
  };
}
