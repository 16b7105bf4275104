import { getOption } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { Access, access } from '../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { callConnect, callRest, hasRest, malformed, nameOf, publicMethods, type Outcome } from './drivers/wire.ts';
import type { Call, Row } from './rpc-matrix/row.ts';
import { rows } from './rpc-matrix/rows.ts';
import { admin, person } from './rpc-matrix/world.ts';

const shortOf = ({ status, reason }: Outcome) => [status, reason];

test('every public RPC has a row here, and every row an RPC', () => {
  expect(Object.keys(rows).sort()).toEqual(publicMethods.map(nameOf).sort());
});

describe.each(publicMethods.map((method) => [nameOf(method), method] as const))('%s', (name, method) => {
  const row = (): Row => {
    const found = rows[name];
    if (found === undefined) throw new Error(`${name} has no row`);
    return found;
  };
  const who = getOption(method, access);
  const protocols = hasRest(method) ? [callConnect, callRest] : [callConnect];
  const each = async (check: (call: (call: Call) => Promise<Outcome>) => Promise<void>) => {
    for (const protocol of protocols) await check(({ request, token }) => protocol(method, request, token));
  };

  test('answers whoever may call it', async () => {
    await each(async (call) => expect(shortOf(await call(await row().success()))).toEqual([200, '']));
  });

  test.runIf(who !== Access.ANYONE)('asks for a token', async () => {
    const { request } = await row().success();
    await each(async (call) => {
      expect(shortOf(await call({ request }))).toEqual([401, 'TOKEN_INVALID']);
      expect(shortOf(await call({ request, token: 'nonsense' }))).toEqual([401, 'TOKEN_INVALID']);
    });
  });

  test.runIf(who === Access.ADMIN)('is not for customers', async () => {
    const { request } = await row().success();
    const { accessToken: token } = await person();
    await each(async (call) => expect(shortOf(await call({ request, token }))).toEqual([403, 'ADMIN_REQUIRED']));
  });

  test('refuses what is missing, somebody else’s or can’t be', async () => {
    for (const refused of row().refused) {
      await each(async (call) => {
        const { status, reason, ...made } = await refused();
        expect(shortOf(await call(made))).toEqual([status, reason]);
      });
    }
  });

  test('tells which fields of a request are wrong', async () => {
    const { invalid: request, fields } = row();
    const token = who === Access.ADMIN ? await admin() : (await person()).accessToken;
    await each(async (call) => {
      const outcome = await call({ request, token });
      expect(outcome.status).toBe(400);
      expect(['VALIDATION_FAILED', 'MALFORMED_REQUEST']).toContain(outcome.reason);
      // What has no form at all has no fields either.
      const named = request === malformed ? [] : [...new Set(outcome.fields)];
      expect(named.sort()).toEqual([...fields].sort());
    });
  });
});
