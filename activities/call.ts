import { activityInfo } from '@temporalio/activity';
import type { CallOptions } from '@connectrpc/connect';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { MoneySchema } from '../proto/gen/ecommerce/type/v1/money_pb.ts';
import type { MoneyInput } from '../workflows/contract/checkout.ts';
import { toActivityFailure } from './failure.ts';

/** Rule S26: a call ends before its activity (2 s, 5 s); a regular call outlasts the service's statement (2 s). */
const localTimeoutMs = 1_000;
const regularTimeoutMs = 3_000;

/**
 * Calls a service for an activity. A cancelled activity does not abort its call: that would only turn an answer into an
 * unknown outcome.
 */
export async function call<Response>(
  service: string,
  rpc: (options: CallOptions) => Promise<Response>,
): Promise<Response> {
  try {
    return await rpc({ timeoutMs: activityInfo().isLocal ? localTimeoutMs : regularTimeoutMs });
  } catch (error) {
    throw toActivityFailure(service, error);
  }
}

export function toMoney({ currencyCode, minorUnits }: MoneyInput): MessageInitShape<typeof MoneySchema> {
  return { currencyCode, minorUnits: BigInt(minorUnits) };
}
