import type { BackofficeDeps } from './deps.ts';
import { backofficeNotFound } from './errors.ts';
import type { Backoffice } from './types.ts';

export interface GetBackofficeInput {
  readonly userId: string;
  /** UUID. */
  readonly backofficeId: string;
}

/** A user's own backoffice. @throws BACKOFFICE_NOT_FOUND, for another user's too */
export async function getBackoffice(deps: BackofficeDeps, input: GetBackofficeInput): Promise<Backoffice> {
  const found = await deps.repository.findOwnBackoffice(input.userId, input.backofficeId);
  if (found === undefined) throw backofficeNotFound();
  return found;
}
