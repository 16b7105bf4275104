import { ScalarType } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { isId } from '../platform/rpc/interceptors/one-spelling.ts';
import { rows } from './registry.ts';

test('the contract says of every id in a request that it is a UUID, so that it gets one spelling', () => {
  const inputs = Object.values(rows)
    .flatMap(({ hosts }) => [...hosts.public, ...hosts.internal])
    .flatMap(({ methods }) => methods.map(({ input }) => input));
  const ids = inputs
    .flatMap(({ fields }) => fields)
    .filter((field) => /_ids?$/.test(field.name) && field.scalar === ScalarType.STRING);
  expect(ids.length).toBeGreaterThan(30);
  expect(ids.filter((field) => !isId(field)).map(String)).toEqual([]);
});
