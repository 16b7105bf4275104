import type { HandlerContext } from '@connectrpc/connect';
import { clientAddressKey } from '../../../platform/rpc/server/client-address.ts';
import type { SessionClient } from '../domain/types.ts';

/** The calling program: its IP address and what it calls itself. */
export function clientOf(context: HandlerContext): SessionClient {
  return {
    address: context.values.get(clientAddressKey),
    userAgent: context.requestHeader.get('user-agent') ?? '',
  };
}
