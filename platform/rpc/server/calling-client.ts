import type { HandlerContext } from '@connectrpc/connect';
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
