import type { Json } from '../drivers/driver.ts';
import { malformed } from '../drivers/wire.ts';
import { admin, support } from './world.ts';

/** One call: the request and the caller's token. */
export interface Call {
  readonly request: Json;
  readonly token?: string | undefined;
}

/** A call that is refused, with the expected status and reason. */
export interface Refused extends Call {
  readonly status: number;
  readonly reason: string;
}

/** Marks an RPC that refuses no valid call of a permitted caller. */
export interface RefusesNobody {
  /** Why it refuses none. */
  readonly because: string;
}

export const nobody = (because: string): RefusesNobody => ({ because });

/** The calls of one RPC. Each is built again for each protocol, because most calls change something. */
export interface Row {
  readonly success: () => Promise<Call>;
  /** Calls of permitted callers that are refused: a missing thing, another user's, or one in the wrong state. */
  readonly refused: readonly [() => Promise<Refused>, ...(() => Promise<Refused>)[]] | RefusesNobody;
  /** A request that breaks the validation rules of the proto. */
  readonly invalid: Json;
  /** The fields that `invalid` breaks the rules with. */
  readonly fields: readonly string[];
}

/** A call with the token of this person. */
export const as = async (someone: Promise<{ readonly accessToken: string }>, request: Json = {}): Promise<Call> => ({
  request,
  token: (await someone).accessToken,
});
export const asAdmin = async (request: Json): Promise<Call> => ({ request, token: await admin() });
export const asSupport = async (request: Json): Promise<Call> => ({ request, token: await support() });
export const refusal = async (call: Promise<Call>, status: number, reason: string): Promise<Refused> => ({
  ...(await call),
  status,
  reason,
});

/** The invalid call of an RPC whose request has no field: a malformed request. */
export const noFields = { invalid: malformed, fields: [] };
/** The invalid call of an RPC with an id: something that is not a UUID. */
export const badId = (name: string, field: string, more: Json = {}) => ({
  invalid: { [name]: 'no-uuid', ...more },
  fields: [field],
});
