import { expect } from 'vitest';
import type { Shop, StepName } from './shop.ts';

/** The steps in the order in which they were first tried, local or not. */
export function stepsOf(shop: Shop): StepName[] {
  const names = shop.attempts.map((attempt) => attempt.replace('@local', '') as StepName);
  return [...new Set(names)];
}

export function countOf(shop: Shop, name: StepName): number {
  return shop.attempts.filter((attempt) => attempt === name || attempt === `${name}@local`).length;
}

/** COMPLETED: money and goods have changed hands, and nothing was undone. */
export function expectBought(shop: Shop): void {
  expect(shop).toMatchObject({ order: { status: 'COMPLETED' }, hold: 'CAPTURED', reservation: 'COMMITTED' });
  expect(shop).toMatchObject({ claim: 'CLAIMED', refunded: false, restocked: false });
}

/** FAILED or CANCELLED: neither money nor goods nor the cart are kept, and no late call could take them. */
export function expectUndone(shop: Shop, status: 'FAILED' | 'CANCELLED'): void {
  expect(shop).toMatchObject({ order: { status }, reservation: 'RELEASED', claim: 'RELEASED' });
  expect(['VOIDED', 'EXPIRED']).toContain(shop.hold);
}

/**
 * The undo's steps: void alone, then both releases, then the order's end (rules S20, S21 and S23), none local (S24).
 */
export function expectUndoInOrder(shop: Shop, write: 'failOrder' | 'cancelOrder'): void {
  const steps = stepsOf(shop);
  const undo = steps.slice(steps.indexOf('voidHold'));
  expect(undo[0]).toBe('voidHold');
  expect(new Set(undo.slice(1, 3))).toEqual(new Set(['releaseStock', 'releaseClaim']));
  expect(undo.slice(3)).toEqual([write]);
  for (const name of undo) expect(shop.attempts).not.toContain(`${name}@local`);
}
