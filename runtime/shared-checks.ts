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
    const role = roles.find((each) => each === service.role);
    const needs = role === undefined ? [] : rowOf(role).needs.filter((need) => !isUnused(service.role, need));
    const wanted = [...needs, ...(role === 'checkout' ? (['worker'] as const) : [])];
    const added = wanted.flatMap((name) => {
      const check = shared[name];
      return check === undefined || name in service.checks ? [] : [[name, check] as const];
    });
    return { ...service, optionalChecks: { ...Object.fromEntries(added), ...service.optionalChecks } };
  };
}

function isUnused(role: string, need: string): boolean {
  return unused.some(([one, other]) => one === role && other === need);
}
