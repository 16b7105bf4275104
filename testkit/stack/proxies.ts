import type { Fault } from '../../platform/testing/proxy/fault.ts';
import type { Timeline } from '../timeline.ts';

export type { Fault as ProxyFault } from '../../platform/testing/proxy/fault.ts';

/** The TCP proxies of the stack, set over their control API. */
export interface Proxies {
  readonly names: readonly string[];
  set(proxy: string, fault: Fault): Promise<void>;
  /** Lets all proxies pass everything again. */
  clear(): Promise<void>;
}

/** @param control address of the control API, for example http://127.0.0.1:4000 */
export async function openProxies(control: string, timeline: Timeline): Promise<Proxies> {
  const response = await fetch(`${control}/proxies`);
  const names = ((await response.json()) as { name: string }[]).map(({ name }) => name);
  const set = async (proxy: string, fault: Fault): Promise<void> => {
    timeline.note(fault.mode === 'pass' ? `pass ${proxy}` : `proxy ${proxy}: ${JSON.stringify(fault)}`);
    const answer = await fetch(`${control}/proxies/${proxy}`, { method: 'PUT', body: JSON.stringify(fault) });
    if (!answer.ok) throw new Error(`proxy ${proxy} refused the fault: ${answer.status} ${await answer.text()}`);
  };
  return {
    names,
    set,
    async clear() {
      for (const name of names) await set(name, { mode: 'pass' });
    },
  };
}
