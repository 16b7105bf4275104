import type { Env } from '../../platform/config/errors.ts';
import { isProduction } from '../../platform/config/mode.ts';
import { readSeedConfig } from '../seed-config.ts';

/** An account with a well-known password. */
export interface Account {
  readonly who: string;
  readonly email: string;
  readonly password: string;
}

/** The accounts that the seed creates with well-known passwords. Those with passwords of somebody's own are left out. */
export function developmentAccounts(env: Env): readonly Account[] {
  if (isProduction(env)) return [];
  const { admin, customer } = readSeedConfig({});
  const known = [
    { who: 'administrator', name: 'ADMIN', login: admin },
    { who: 'customer', name: 'DEMO', login: customer },
  ];
  return known.flatMap(({ who, name, login }) => {
    if (login === undefined) return [];
    const { email = login.email, password = login.password } = {
      email: env[`${name}_EMAIL`],
      password: env[`${name}_PASSWORD`],
    };
    return email === login.email && password === login.password ? [{ who, ...login }] : [];
  });
}
