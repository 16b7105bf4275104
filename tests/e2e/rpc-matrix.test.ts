import { getOption } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { Access, access } from '../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { callGrpc, callGrpcWeb } from './drivers/rpc.ts';
import { callConnect, callRest, hasRest, malformed, nameOf, publicMethods, type Outcome } from './drivers/wire.ts';
import type { Call, Refused } from './rpc-matrix/row.ts';
import { rows } from './rpc-matrix/rows.ts';
import { admin, person } from './rpc-matrix/world.ts';

const shortOf = ({ status, reason }: Outcome) => [status, reason];

test('every public RPC has a row, and every row has an RPC', () => {
  expect(Object.keys(rows).sort()).toEqual(publicMethods.map(nameOf).sort());
});

test('every row has a refused call, or says why there is none', () => {
  for (const [name, { refused }] of Object.entries(rows))
    expect('because' in refused ? refused.because : refused, name).not.toHaveLength(0);
});

const isForStaff = (who: Access) => who === Access.ADMIN || who === Access.SUPPORT;

const rpcs = publicMethods.flatMap((method) => {
  const name = nameOf(method);
  const row = rows[name];
  const json = hasRest(method) ? [callConnect, callRest] : [callConnect];
  const all = [callGrpc, callGrpcWeb, ...json];
  const each = async (check: (call: (call: Call) => Promise<Outcome>) => Promise<void>, protocols = all) => {
    for (const protocol of protocols) await check(({ request, token }) => protocol(method, request, token));
  };
  return row === undefined ? [] : [{ name, who: getOption(method, access), row, each, json }];
});

describe('success: a caller who may call it gets an answer', () => {
  test.each(rpcs)('$name', async ({ row, each }) => {
    await each(async (call) => expect(shortOf(await call(await row.success()))).toEqual([200, '']));
  });
});

describe('unauthenticated: a call without a valid token is refused', () => {
  test.each(rpcs.filter(({ who }) => who !== Access.ANYONE))('$name', async ({ row, each }) => {
    const { request } = await row.success();
    await each(async (call) => {
      expect(shortOf(await call({ request }))).toEqual([401, 'TOKEN_INVALID']);
      expect(shortOf(await call({ request, token: 'nonsense' }))).toEqual([401, 'TOKEN_INVALID']);
    });
  });
});

describe('forbidden: a customer is refused', () => {
  test.each(rpcs.filter(({ who }) => isForStaff(who)))('$name', async ({ who, row, each }) => {
    const { request } = await row.success();
    const { accessToken: token } = await person();
    const reason = who === Access.SUPPORT ? 'SUPPORT_REQUIRED' : 'ADMIN_REQUIRED';
    await each(async (call) => expect(shortOf(await call({ request, token }))).toEqual([403, reason]));
  });
});

const refusals = rpcs.flatMap(({ name, row: { refused }, each }) => {
  const calls: readonly (() => Promise<Refused>)[] = 'because' in refused ? [] : refused;
  return calls.map((make, index) => ({ name, number: index + 1, make, each }));
});

describe('refused: a missing thing, another user’s thing, or a state that does not allow the call', () => {
  test.each(refusals)('$name, case $number', async ({ make, each }) => {
    await each(async (call) => {
      const { status, reason, ...made } = await make();
      expect(shortOf(await call(made))).toEqual([status, reason]);
    });
  });
});

describe('invalid: the answer names the wrong fields', () => {
  test.each(rpcs)('$name', async ({ who, row: { invalid: request, fields }, each, json }) => {
    const token = isForStaff(who) ? await admin() : (await person()).accessToken;
    // gRPC cannot send a malformed request.
    const protocols = request === malformed ? json : undefined;
    await each(async (call) => {
      const outcome = await call({ request, token });
      expect(outcome.status).toBe(400);
      expect(['VALIDATION_FAILED', 'MALFORMED_REQUEST']).toContain(outcome.reason);
      // A malformed request has no fields that could be named.
      const named = request === malformed ? [] : [...new Set(outcome.fields)];
      expect(named.sort()).toEqual([...fields].sort());
    }, protocols);
  });
});
