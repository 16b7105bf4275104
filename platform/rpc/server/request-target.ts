import type { IncomingMessage } from 'node:http';

const absolute = /^https?:\/\/[^/?#]*(?<target>[^]*)$/i;

/**
 * Makes the usual form of what RFC 9112 allows besides: the whole address as the target (3.2.2), which clients send if
 * they take this server for a proxy, and HTTP/1.0 without a Host, which health checks send. No answer depends on the host.
 */
export function acceptTarget(incoming: IncomingMessage): void {
  const { headers, url = '' } = incoming;
  if (headers.host === undefined || headers.host === '') headers.host = 'localhost';
  if (url.startsWith('/')) return;
  const target = absolute.exec(url)?.groups?.target;
  if (target !== undefined) incoming.url = target.startsWith('/') ? target : `/${target}`;
}

/** Whether a URL can be made of the target and the host. Hono answers all others with a bare 400. */
export function isWellFormed({ headers, url = '' }: IncomingMessage): boolean {
  const path = url.split('?', 1)[0] ?? '';
  const host = headers.host ?? '';
  return path.startsWith('/') && !path.includes('\\') && !/[\s/?#@\\]/.test(host) && URL.canParse(`http://${host}`);
}
