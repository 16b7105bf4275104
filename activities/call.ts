import { activityInfo } from '@temporalio/activity';
import type { CallOptions } from '@connectrpc/connect';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { MoneySchema } from '../proto/gen/ecommerce/type/v1/money_pb.ts';
import type { MoneyInput } from '../workflows/contract/checkout.ts';
import { toActivityFailure } from './failure.ts';

/** Shorter than the activity's start-to-close (2 s and 5 s), longer than a statement of the service (0.8 s and 2 s). */
const localTimeoutMs = 1_000;
const regularTimeoutMs = 3_000;

/**
 * Calls a service for an activity. A cancelled activity does not abort its call: that would only turn an answer into an
 * unknown outcome.
 */
export async function call<Response>(rpc: (options: CallOptions) => Promise<Response>): Promise<Response> {
  try {
    return await rpc({ timeoutMs: activityInfo().isLocal ? localTimeoutMs : regularTimeoutMs });
  } catch (error) {
    throw toActivityFailure(error);
  }
}

export function toMoney({ currencyCode, minorUnits }: MoneyInput): MessageInitShape<typeof MoneySchema> {
  return { currencyCode, minorUnits: BigInt(minorUnits) };
}
