import { cutPage, pageSizeOf } from '../../../platform/data/paging/page.ts';
import { createPageTokens, tokenBigint } from '../../../platform/data/paging/page-token.ts';
import type { BackofficeDeps } from './deps.ts';
import { subjectOfOrder, type RecordedOperation } from './operation.ts';
import { takeChanges } from './take-changes.ts';
import type { Entry } from './types.ts';

export interface ListTrailInput {
  readonly userId: string | undefined;
  readonly actorId: string | undefined;
  readonly orderId?: string | undefined;
  /** For example `wallet.credit`. */
  readonly action?: string | undefined;
  /** 0 for the default of 50; more than 200 is taken as 200. */
  readonly pageSize: number;
  /** Empty for the first page. */
  readonly pageToken: string;
}

/** A change of an administrator, or an operation of the command line. */
export type TrailEntry = Entry | RecordedOperation;

export interface TrailPage {
  readonly entries: readonly TrailEntry[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

const tokens = createPageTokens(tokenBigint);

/** The list goes on without what waits in another service, so it must still have time for its own work. */
const takeWaitsMs = 2_000;

/**
 * One page of the audit trail, newest first. The first page has what administrators have just changed in the catalog, too,
 * unless the products service does not answer: then that comes later, and is not lost.
 * @throws PAGE_TOKEN_INVALID
 */
export async function listTrail(deps: BackofficeDeps, input: ListTrailInput): Promise<TrailPage> {
  const { userId, actorId, orderId, action, pageToken } = input;
  const size = pageSizeOf(input.pageSize);
  // Without the two newer filters it is what the former version writes, so its tokens go on.
  const filter = [userId, actorId, orderId, action]
    .map((each) => each ?? '')
    .join(' ')
    .replace(/  $/, '');
  const before = tokens.decode(pageToken, filter);
  if (pageToken === '' && userId === undefined && orderId === undefined) await takeWaiting(deps);
  const orderSubject = orderId === undefined ? undefined : subjectOfOrder(orderId);
  const wanted = { userId, actorId, orderId, orderSubject, action, before, limit: size + 1 };
  const changes = await deps.repository.listEntries(wanted);
  const operations = await deps.repository.listOperations(wanted);
  const found = [...changes, ...operations].sort(newestFirst).slice(0, size + 1);
  const { shown, last } = cutPage(found, size);
  return { entries: shown, nextPageToken: last ? tokens.encode(last.sequence, filter) : '' };
}

async function takeWaiting(deps: BackofficeDeps): Promise<void> {
  await takeChanges(deps, { withinMs: takeWaitsMs }).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'the audit trail is listed without the changes of the catalog that wait for it');
  });
}

function newestFirst(a: TrailEntry, b: TrailEntry): number {
  return a.sequence < b.sequence ? 1 : -1;
}
