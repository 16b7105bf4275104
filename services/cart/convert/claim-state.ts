import { ClaimState as StateMessage } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import type { ClaimState } from '../domain/types.ts';

const messages: Readonly<Record<ClaimState, StateMessage>> = {
  CLAIMED: StateMessage.CLAIMED,
  CONSUMED: StateMessage.CONSUMED,
  RELEASED: StateMessage.RELEASED,
};

export function claimStateToMessage(state: ClaimState): StateMessage {
  return messages[state];
}
