import { Counter, type Registry } from 'prom-client';

export interface SsoMetrics {
  readonly registered: () => void;
  readonly login: (outcome: 'ok' | 'refused' | 'limited') => void;
  readonly refresh: (outcome: 'rotated' | 'unknown' | 'expired' | 'reused') => void;
}

/** The metrics of the sso service. */
export function createSsoMetrics(registry: Registry): SsoMetrics {
  const registrations = new Counter({
    name: 'sso_registrations_total',
    help: 'Users registered',
    registers: [registry],
  });
  const logins = new Counter({
    name: 'sso_logins_total',
    help: 'Login attempts by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const refreshes = new Counter({
    name: 'sso_refreshes_total',
    help: 'Uses of refresh tokens by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['ok', 'refused', 'limited']) logins.inc({ outcome }, 0);
  for (const outcome of ['rotated', 'unknown', 'expired', 'reused']) refreshes.inc({ outcome }, 0);
  return {
    registered: () => registrations.inc(),
    login: (outcome) => logins.inc({ outcome }),
    refresh: (outcome) => refreshes.inc({ outcome }),
  };
}
