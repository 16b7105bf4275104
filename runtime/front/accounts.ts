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
  const isOwn = (name: string) => env[`${name}_EMAIL`] !== undefined || env[`${name}_PASSWORD`] !== undefined;
  return [
    ...(admin === undefined || isOwn('ADMIN') ? [] : [{ who: 'administrator', ...admin }]),
    ...(customer === undefined || isOwn('DEMO') ? [] : [{ who: 'customer', ...customer }]),
  ];
}
