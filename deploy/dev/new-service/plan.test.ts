import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { roles, rowOf } from '../../../runtime/registry.ts';
import { planService } from './plan.ts';

const root = join(import.meta.dirname, '../../..');

describe.each(['zebras', 'zebra'])('a plan for %s', (name) => {
  const { created, edited, ports } = planService(root, name);

  test('leaves no placeholder in a file or its name, and nothing of the wallet', () => {
    for (const [file, text] of created) {
      expect(`${file}\n${text}`, file).not.toMatch(/__[A-Za-z]+__/);
      expect(`${file}\n${text}`, file).not.toMatch(/wallet|redis/i);
    }
  });

  test('enters it into every list', () => {
    for (const [file, text] of edited) expect(text, file).not.toBe(readFileSync(join(root, file), 'utf8'));
    expect(edited.get('runtime/registry.ts')).toContain(`  ${name}: {\n`);
  });

  test('gives it ports that are free', () => {
    const taken = roles.flatMap((role) => Object.values(rowOf(role).ports));
    expect(taken).not.toContain(ports.http);
    expect(taken).not.toContain(ports.grpc);
  });
});

describe('a name is refused', () => {
  test.each([
    ['', 'lower-case'],
    ['Reviews', 'lower-case'],
    ['my-reviews', 'lower-case'],
    ['../reviews', 'lower-case'],
    ['wallet', 'taken'],
    ['orders', 'taken'],
    ['cli', 'taken'],
    ['carts', 'too like cart'],
    ['product', 'too like products'],
    ['packages', 'package is a word of the language'],
    ['public', 'a word of the language'],
    ['all', 'a word of the language'],
    ['texts', 'calls something else text'],
    ['clients', 'calls something else'],
    ['audit', 'runtime/services.ts'],
    ['gateway', 'docker-compose.yml has a container'],
    ['migrator', 'a setting'],
    ['api', 'a host'],
    ['type', 'a word of the language|calls something else|a folder'],
    ['options', 'there is a folder proto/ecommerce/options'],
    ['categories', 'the path /api/v1/categories is taken'],
    ['holds', 'the reason HOLD_NOT_FOUND is taken'],
    ['problems', 'the contract has a Problem'],
  ])('%s: %s', (name, why) => {
    expect(() => planService(root, name)).toThrow(new RegExp(why));
  });
});
