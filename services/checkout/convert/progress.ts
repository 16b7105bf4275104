import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import {
  CheckoutStepState,
  type GetCheckoutProgressResponseSchema,
} from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { BuyerProgress, StepState } from '../domain/types.ts';

const states: Record<StepState, CheckoutStepState> = {
  waiting: CheckoutStepState.WAITING,
  running: CheckoutStepState.RUNNING,
  done: CheckoutStepState.DONE,
  refused: CheckoutStepState.REFUSED,
  retrying: CheckoutStepState.RETRYING,
  stopped: CheckoutStepState.STOPPED,
};

export function progressToMessage({
  stage,
  steps,
}: BuyerProgress): MessageInitShape<typeof GetCheckoutProgressResponseSchema> {
  return {
    stage,
    steps: steps.map(({ name, state, tookMs }) => ({
      name,
      state: states[state],
      ...(tookMs !== undefined && { took: durationFromMs(tookMs) }),
    })),
  };
}
