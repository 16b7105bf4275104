import type { Json } from '../drivers/driver.ts';
import { malformed } from '../drivers/wire.ts';
import { admin } from './world.ts';

/** One call: what is sent, by whom. */
export interface Call {
  readonly request: Json;
  readonly token?: string | undefined;
}

/** A call that is refused: 404 for what is missing or somebody else's, or what the RPC says instead. */
export interface Refused extends Call {
  readonly status: number;
  readonly reason: string;
}

/** An RPC that refuses nobody who may call it and asks in due form. */
export interface RefusesNobody {
  readonly because: string;
}

export const nobody = (because: string): RefusesNobody => ({ because });

/** Calls of one RPC. Each is made anew for each protocol, as most change something. */
export interface Row {
  readonly success: () => Promise<Call>;
  /** Calls by who may make them, of what is missing, somebody else's or can't be; or why there is none to refuse. */
  readonly refused: readonly [() => Promise<Refused>, ...(() => Promise<Refused>)[]] | RefusesNobody;
  /** A request that breaks the contract's rules, and the fields that it breaks them with. */
  readonly invalid: Json;
  readonly fields: readonly string[];
}

/** A call by somebody. */
export const as = async (someone: Promise<{ readonly accessToken: string }>, request: Json = {}): Promise<Call> => ({
  request,
  token: (await someone).accessToken,
});
export const asAdmin = async (request: Json): Promise<Call> => ({ request, token: await admin() });
export const refusal = async (call: Promise<Call>, status: number, reason: string): Promise<Refused> => ({
  ...(await call),
  status,
  reason,
});

/** For requests that have no field to be wrong. */
export const noFields = { invalid: malformed, fields: [] };
/** An id that is none. */
export const badId = (name: string, field: string, more: Json = {}) => ({
  invalid: { [name]: 'no-uuid', ...more },
  fields: [field],
});
