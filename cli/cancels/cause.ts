import { notGiven } from '../arguments.ts';

/** The order service keeps no longer cause. */
const longest = 500;

/** By whom and why, for the order's history, which the buyer can read, and for Temporal. The audit trail has the person. */
export function causeOf(reason: string): string {
  const cause = reason === notGiven ? 'cancelled by an operator' : `cancelled by an operator: ${reason}`;
  const characters = Array.from(cause);
  return characters.length <= longest ? cause : `${characters.slice(0, longest - 1).join('')}…`;
}
