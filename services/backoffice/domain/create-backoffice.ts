import { randomUUID } from 'node:crypto';
import { fingerprint } from '../../../platform/data/db/once.ts';
import type { BackofficeTransaction } from '../repository/index.ts';
import type { BackofficeDeps } from './deps.ts';
import type { Backoffice } from './types.ts';

export interface CreateBackofficeInput {
  readonly userId: string;
  /** UUID that makes a repeat safe. */
  readonly requestId: string;
  readonly text: string;
}

/**
 * Keeps a backoffice of the user, once per request id; a repeat gets the first answer.
 * @throws REQUEST_ID_REUSED
 */
export async function createBackoffice(deps: BackofficeDeps, input: CreateBackofficeInput): Promise<Backoffice> {
  const { userId, requestId, text } = input;
  const key = { subject: userId, method: 'CreateBackoffice', requestId, fingerprint: fingerprint({ text }) };
  let isNew = false;
  const stored = await deps.repository.transaction((tx) =>
    tx.once(key, () => {
      isNew = true;
      return insertBackoffice(tx, input);
    }),
  );
  if (isNew) deps.metrics.created();
  return { backofficeId: stored.backofficeId, userId, text, createdAt: new Date(stored.createTime) };
}

/** What is stored for a repeat: JSON has no dates. */
interface StoredAnswer {
  readonly backofficeId: string;
  readonly createTime: string;
}

async function insertBackoffice(
  tx: BackofficeTransaction,
  { userId, text }: CreateBackofficeInput,
): Promise<StoredAnswer> {
  const { backofficeId, createdAt } = await tx.insertBackoffice({ backofficeId: randomUUID(), userId, text });
  return { backofficeId, createTime: createdAt.toISOString() };
}
