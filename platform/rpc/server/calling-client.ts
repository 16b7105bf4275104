import type { HandlerContext } from '@connectrpc/connect';
import { maskAddress, type ClientRecord } from '../../auth/client-network.ts';
import { clientAddressKey } from './client-address.ts';

/** The program that calls. */
export interface CallingClient {
  /** Its IP address; empty for calls within the process. */
  readonly address: string;
  /** What it calls itself. */
  readonly userAgent: string;
}

export function clientOf(context: HandlerContext): CallingClient {
  return {
    address: context.values.get(clientAddressKey),
    userAgent: context.requestHeader.get('user-agent') ?? '',
  };
}

const longestUserAgent = 256;

export function clientRecordOf(context: HandlerContext): ClientRecord {
  const { address, userAgent } = clientOf(context);
  return { clientNetwork: maskAddress(address), userAgent: userAgent.slice(0, longestUserAgent) };
}
