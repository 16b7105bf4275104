import type { Check, Service } from '../platform/service.ts';
import { roles, rowOf } from './registry.ts';

/** The checks of what services of a process share, by name. One that the process does not use is left out. */
export interface SharedChecks {
  readonly redis?: Check | undefined;
  readonly kafka?: Check | undefined;
  readonly temporal?: Check | undefined;
  /** Whether anybody works on checkouts. */
  readonly worker?: Check | undefined;
}

/** A deployment gives these a connection that their code does not use. */
const unused: readonly (readonly [role: string, need: string])[] = [['wallet', 'redis']];

/**
 * Adds optional checks of the servers that a service's row lists. The service works without them for a while: it reads
 * from Postgres, events wait in the outbox, and accepted orders wait for Temporal and a worker.
 */
export function withSharedChecks(shared: SharedChecks): (service: Service) => Service {
  return (service) => {
    const added = serversOf(service.role).flatMap((name) => {
      const check = shared[name];
      return check === undefined || name in service.checks ? [] : [[name, check] as const];
    });
    return { ...service, optionalChecks: { ...Object.fromEntries(added), ...service.optionalChecks } };
  };
}

/** What a role uses besides Postgres. Checkouts also need somebody who works on them. */
export function serversOf(name: string): readonly (keyof SharedChecks)[] {
  const role = roles.find((each) => each === name);
  if (role === undefined) return [];
  const needs = rowOf(role).needs.filter((need) => !unused.some(([one, other]) => one === role && other === need));
  return role === 'checkout' ? [...needs, 'worker'] : needs;
}
