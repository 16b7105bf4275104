import { readState } from '../../deploy/dev/supervisor/state.ts';
import { baseUrl } from './drivers/driver.ts';

/** The HTTP doors of the processes that run services: past the gateway, where one stands before them. */
export function processDoors(): readonly string[] {
  const state = readState(process.env['ECOMMERCE_STACK_STATE'] ?? '');
  if (state === undefined) return [baseUrl()];
  const running = state.parts.filter(({ kind, stage }) => kind === 'app' && stage === 'healthy');
  return running.flatMap(({ ports: { http } }) => (http === undefined ? [] : [`http://127.0.0.1:${http}`]));
}
