import { itemOf } from './checkouts.ts';
import { crowdAt, type Place } from './crowd.ts';

export interface UsersWanted {
  readonly place: Place;
  readonly users: number;
}

export interface KnownUser {
  readonly userId: string;
  readonly productId: string;
}

/** The ids of buyers, each with one of the products that only this buyer buys. */
export async function users({ place, users: count }: UsersWanted): Promise<readonly KnownUser[]> {
  const { buyers } = await crowdAt(place, count);
  return buyers.map(({ shopper, products }) => ({
    userId: subjectOf(shopper.tokens.accessToken),
    productId: itemOf(products, 0),
  }));
}

function subjectOf(token: string): string {
  const [, claims = ''] = token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly sub: string }).sub;
}
