import { expect, test } from 'vitest';
import type { Service } from '../platform/service.ts';
import { roles } from './registry.ts';
import { withSharedChecks } from './shared-checks.ts';

const answers = async () => undefined;
const all = { redis: answers, kafka: answers, temporal: answers, worker: answers };
const optionalOf = (service: Service) => Object.keys(service.optionalChecks ?? {}).toSorted();

test('a process tells of every server that its services use', () => {
  const told = roles.map((role) => [role, optionalOf(withSharedChecks(all)({ role, checks: {} }))]);
  expect(Object.fromEntries(told)).toMatchObject({
    sso: ['redis'],
    products: ['redis'],
    wallet: [],
    cart: ['kafka', 'redis'],
    order: ['temporal'],
    backoffice: [],
    checkout: ['temporal', 'worker'],
    worker: ['temporal'],
    relay: ['kafka'],
  });
});

test('a server that the process does not use is left out, and a check that a service needs stays as it is', () => {
  const needed = { temporal: async () => undefined };
  const worker = withSharedChecks(all)({ role: 'worker', checks: needed });
  expect(worker).toMatchObject({ checks: needed, optionalChecks: {} });
  const { redis: _, ...others } = all;
  expect(optionalOf(withSharedChecks(others)({ role: 'sso', checks: {} }))).toEqual([]);
});
