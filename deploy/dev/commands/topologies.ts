import { pathToFileURL } from 'node:url';
import { apart } from '../apart.ts';
import type { Topology } from '../supervisor/part.ts';
import { observed, observerPrograms } from '../observers.ts';
import { allInOne, infrastructure, migrated, withOwnWorker, withOwnWorkerAndRelay } from '../topology.ts';

export interface TopologyChoice {
  readonly profile: string;
  readonly infraOnly?: boolean;
  /** With the programs that observe the platform, as far as this machine has them. Only for `dev`. */
  readonly observe?: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The topology of a profile. ECOMMERCE_TOPOLOGY names a module whose default export is used instead. The tests of the
 * launcher use it to start small programs.
 */
export async function topologyOf({
  profile,
  infraOnly = false,
  observe = false,
  env,
}: TopologyChoice): Promise<Topology> {
  const other = env['ECOMMERCE_TOPOLOGY'];
  if (other !== undefined && other !== '') {
    const module: { default: Topology } = await import(pathToFileURL(other).href);
    return module.default;
  }
  if (infraOnly) return profile.startsWith('dev') ? migrated(profile) : infrastructure(profile);
  if (profile.startsWith('dev'))
    return observe ? observed(allInOne(profile), observerPrograms(env)) : allInOne(profile);
  if (/^(roles|faults)/.test(profile)) return apart(profile, { proxied: profile.startsWith('faults') });
  return profile.startsWith('demo') ? withOwnWorkerAndRelay(profile) : withOwnWorker(profile);
}
