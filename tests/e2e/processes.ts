import { stackParts } from '../../testkit/stack/stack.ts';
import { baseUrl } from './drivers/driver.ts';

/** The HTTP URLs of the processes that run services, without a gateway in between. */
export function processUrls(): readonly string[] {
  const parts = stackParts();
  if (parts.length === 0) return [baseUrl()];
  const running = parts.filter(({ kind, stage }) => kind === 'app' && stage === 'healthy');
  return running.flatMap(({ ports: { http } }) => (http === undefined ? [] : [`http://127.0.0.1:${http}`]));
}
