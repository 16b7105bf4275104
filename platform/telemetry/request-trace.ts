import { createHash } from 'node:crypto';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The trace of a request that came without one, for a process that makes no spans: it follows from the request's id, so
 * nobody has to remember it. The flag says that no span was recorded.
 */
export function traceparentOf(requestId: string): string {
  const hex = uuid.test(requestId)
    ? requestId.replaceAll('-', '').toLowerCase()
    : createHash('md5').update(requestId).digest('hex');
  return `00-${hex}-${hex.slice(16)}-00`;
}
