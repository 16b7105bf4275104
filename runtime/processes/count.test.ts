import { expect, test } from 'vitest';
import { parseRoles } from '../roles.ts';
import { poolSizeOfEach, processCount, shareOf, thisMachine } from './count.ts';

const all = parseRoles(['all']);
const gibibyte = 2 ** 30;
const machine = (cores: number, gibibytes = 64) => ({ cores, memoryBytes: gibibytes * gibibyte });

test('by itself it is one process for each core, at most four', () => {
  const counts = [1, 2, 3, 4, 16].map((cores) => processCount('auto', all, machine(cores)));
  expect(counts).toEqual([1, 2, 3, 4, 4]);
});

test('by itself it is no more processes than fit into the memory, and at least one', () => {
  const counts = [0.25, 0.5, 1, 1.7, 2].map((size) => processCount('auto', all, machine(8, size)));
  expect(counts).toEqual([1, 1, 2, 3, 4]);
});

test('a role apart is one process by itself, whether it serves calls or not', () => {
  for (const role of all) expect(processCount('auto', [role], machine(8)), role).toBe(1);
  expect(processCount('auto', ['sso', 'worker', 'relay'], machine(8))).toBe(1);
  expect(processCount('auto', ['sso', 'cart'], machine(8))).toBe(4);
});

test('a number that is set counts, whatever the machine and the roles', () => {
  expect(processCount(6, all, machine(1, 0.25))).toBe(6);
  expect(processCount(3, ['worker'], machine(1))).toBe(3);
  expect(processCount(1, all, machine(8))).toBe(1);
});

test('the processes together have the connections that one would have, but each has at least four', () => {
  expect([1, 2, 3, 4, 8].map((processes) => poolSizeOfEach(10, processes))).toEqual([10, 5, 4, 4, 4]);
  expect(poolSizeOfEach(100, 4)).toBe(25);
  expect(poolSizeOfEach(2, 4)).toBe(2);
});

test('a share is rounded up and is not below its least', () => {
  expect([shareOf(16, 2), shareOf(3, 2), shareOf(1, 4), shareOf(8, 4, 3)]).toEqual([8, 2, 1, 3]);
});

test('this machine has cores and memory', () => {
  const { cores, memoryBytes } = thisMachine();
  expect(cores).toBeGreaterThan(0);
  expect(memoryBytes).toBeGreaterThan(0);
  expect(Number.isFinite(memoryBytes)).toBe(true);
});
