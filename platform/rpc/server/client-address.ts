import { createContextKey, createContextValues, type ContextValues } from '@connectrpc/connect';
import type { IncomingHttpHeaders } from 'node:http';

/** The caller's IP address, for rate limits; empty for calls within the process. */
export const clientAddressKey = createContextKey<string>('', { description: 'client IP address' });

interface IncomingRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * The client's address. `X-Forwarded-For` can be forged, so only entries of our own proxies count.
 * @param trustedProxies how many proxies of ours stand in front; each appends the address that it saw.
 */
export function clientAddress(request: IncomingRequest, trustedProxies: number): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((part) => part.trim());
  const fromProxy = trustedProxies > 0 ? forwarded.at(-trustedProxies) : undefined;
  return fromProxy === undefined || fromProxy === '' ? (request.socket.remoteAddress ?? '') : fromProxy;
}

/** Context values for one call from outside. */
export function edgeValues(request: IncomingRequest, trustedProxies: number): ContextValues {
  return createContextValues().set(clientAddressKey, clientAddress(request, trustedProxies));
}
