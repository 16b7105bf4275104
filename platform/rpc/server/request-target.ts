import type { IncomingMessage } from 'node:http';

/** For HTTP/1.0 without a Host, which health checks send. */
export const defaultHost = 'localhost';

const absolute = /^https?:\/\/[^/?#]*(?<target>[^]*)$/i;

/**
 * Makes a path of a target that is a whole address (RFC 9112, 3.2.2). Clients send it if they take this server for a
 * proxy. No answer depends on the host in it.
 */
export function acceptTarget(incoming: IncomingMessage): void {
  const { url = '' } = incoming;
  if (url.startsWith('/')) return;
  const target = absolute.exec(url)?.groups?.target;
  if (target !== undefined) incoming.url = target.startsWith('/') ? target : `/${target}`;
}

/** Whether a URL can be made of the target and the host. Hono answers all others with a bare 400. */
export function isWellFormed({ headers, url = '' }: IncomingMessage): boolean {
  const path = url.split('?', 1)[0] ?? '';
  const host = headers.host || defaultHost;
  return path.startsWith('/') && !path.includes('\\') && !/[\s/?#@\\]/.test(host) && URL.canParse(`http://${host}`);
}
