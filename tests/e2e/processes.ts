import { stackParts } from '../../testkit/stack/stack.ts';
import { baseUrl } from './drivers/driver.ts';

/** The HTTP doors of the processes that run services: past the gateway, where one stands before them. */
export function processUrls(): readonly string[] {
  const parts = stackParts();
  if (parts.length === 0) return [baseUrl()];
  const running = parts.filter(({ kind, stage }) => kind === 'app' && stage === 'healthy');
  return running.flatMap(({ ports: { http } }) => (http === undefined ? [] : [`http://127.0.0.1:${http}`]));
}
