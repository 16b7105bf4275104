import { HoldState as StateMessage } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import type { HoldState } from '../domain/types.ts';

const messages: Readonly<Record<HoldState, StateMessage>> = {
  HELD: StateMessage.HELD,
  CAPTURED: StateMessage.CAPTURED,
  VOIDED: StateMessage.VOIDED,
  EXPIRED: StateMessage.EXPIRED,
};

export function holdStateToMessage(state: HoldState): StateMessage {
  return messages[state];
}
