import { create } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Binding } from '../../../proto/openapi/bindings.ts';
import { publicBindings } from '../../../proto/openapi/testing/document.ts';

const rules = createValidator();

/** Whether a request takes a request id, as the contract says. */
function requestIdOf({ method: { input } }: Binding): string {
  if (!input.fields.some(({ name }) => name === 'request_id')) return 'no';
  const { violations = [] } = rules.validate(input, create(input));
  return violations.some(({ field }) => pathToString(field) === 'request_id') ? 'required' : 'optional';
}

test('the page for clients says of each request that may change something what a repeat does', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/clients/README.md'), 'utf8');
  const rows = [
    ...page.matchAll(/^\| `(?<request>(?:POST|PATCH|PUT|DELETE) [^`]+)` *\| (?<id>\w+) *\| (?<repeat>.*?) *\|$/gm),
  ];
  const described = rows.map(({ groups = {} }) => `${groups['request']}: ${groups['id']}`);
  const changing = publicBindings.filter(({ verb }) => verb !== 'get');
  const wanted = changing.map((binding) => `${binding.verb.toUpperCase()} ${binding.path}: ${requestIdOf(binding)}`);
  expect(described).toHaveLength(wanted.length);
  expect(new Set(described)).toEqual(new Set(wanted));
  for (const { groups = {} } of rows) {
    expect(groups['repeat'] === '', groups['request']).toBe(groups['id'] === 'required');
  }
});
