import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyHolders } from '../../../runtime/registry.ts';
import { developmentSettings } from './secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the public keys verify what each caller's private key signs, under the name of the caller", async () => {
  const keys = developmentSettings(folder, {})['SERVICE_KEYS_DIR'] ?? '';
  const published = createLocalJWKSet(JSON.parse(readFileSync(join(keys, 'public.json'), 'utf8')));
  for (const caller of keyHolders) {
    const own = JSON.parse(readFileSync(join(keys, `${caller}.json`), 'utf8'));
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', kid: caller })
      .sign(await importJWK(own, 'EdDSA'));
    const { protectedHeader } = await jwtVerify(token, published);
    expect(protectedHeader.kid).toBe(caller);
  }
});

test('public.json contains no private key, and other users may read no key file', () => {
  const keys = developmentSettings(folder, {})['SERVICE_KEYS_DIR'] ?? '';
  expect(readFileSync(join(keys, 'public.json'), 'utf8')).not.toContain('"d"');
  for (const file of readdirSync(keys)) expect(statSync(join(keys, file)).mode & 0o077).toBe(0);
});

test('secrets are made once, differ between stacks, and the settings of the caller take precedence', () => {
  const first = developmentSettings(folder, {});
  expect(developmentSettings(folder, {})).toEqual(first);
  expect(developmentSettings(join(folder, 'other'), {})['JWT_SECRET']).not.toBe(first['JWT_SECRET']);
  expect(developmentSettings(folder, { JWT_SECRET: 'mine' })['JWT_SECRET']).toBe('mine');
});

test('data of a version without a caller get its key, and the other keys stay', () => {
  const keys = developmentSettings(folder, {})['SERVICE_KEYS_DIR'] ?? '';
  const read = () => JSON.parse(readFileSync(join(keys, 'public.json'), 'utf8')) as { keys: { kid: string }[] };
  const [newcomer = '', ...others] = keyHolders;
  const before = read().keys.filter(({ kid }) => kid !== newcomer);
  writeFileSync(join(keys, 'public.json'), JSON.stringify({ keys: before }));
  rmSync(join(keys, `${newcomer}.json`));
  developmentSettings(folder, {});
  expect(read().keys.slice(0, others.length)).toEqual(before);
  expect(read().keys.map(({ kid }) => kid)).toEqual([...others, newcomer]);
  expect(readdirSync(keys).toSorted()).toEqual(
    [...keyHolders.map((caller) => `${caller}.json`), 'public.json'].toSorted(),
  );
});
