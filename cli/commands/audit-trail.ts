import {
  AuditOutcomeSchema,
  type AuditEntry,
  type ListAuditTrailResponse,
} from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { UserApi } from '../api.ts';
import type { Context } from '../context.ts';
import { money, short, time } from '../format.ts';
import { tellMore } from '../more.ts';
import { printMany } from '../output.ts';
import type { Row } from '../table.ts';
import { demandUser, emailsOf, userIdOf } from '../who.ts';

export interface TrailOptions {
  readonly email: string;
  readonly password: string;
  /** The user whom the changes were about: an email address, or the id. */
  readonly user?: string;
  /** The account that made the changes: an email address, or the id. */
  readonly actor?: string;
  /** UUID of the order, or of a payment of it. */
  readonly order?: string;
  readonly action?: string;
  readonly limit: number;
  readonly pageToken: string;
}

/**
 * Lists what administrators changed, and operators by this command line, newest first.
 * @throws USER_NOT_FOUND, ORDER_NOT_FOUND if nobody is that user, or nothing that order
 */
export async function showAuditTrail(context: Context, options: TrailOptions): Promise<void> {
  const api = await context.signIn(options.email, options.password);
  const { user = '', actor = '', order = '', action = '', limit: pageSize, pageToken } = options;
  const [userId, actorId] = [await userIdOf(api, user), await userIdOf(api, actor)];
  const filter = { userId, actorId, action, pageSize, pageToken };
  let { entries, nextPageToken } = await api.admin.listAuditTrail({ ...filter, orderId: order }, api.asUser);
  if (entries.length === 0) {
    await demandUser(api, userId);
    await demandUser(api, actorId);
    if (order !== '') ({ entries, nextPageToken } = await entriesOfPayment(api, { ...filter, orderId: order }));
  }
  const emails = await emailsOf(api, [
    ...entries.map(({ actorId }) => actorId),
    ...(context.json ? [] : entries.map((entry) => entry.userId)),
  ]);
  const row = context.json ? forMachines : forPeople;
  const rows = entries.map((entry) => row(entry, emails));
  printMany(rows, context.json, {
    text: ['about', 'by', 'reason'],
    below: ['user', 'order', 'result'],
  });
  tellMore(context, { shown: entries.length, nextPageToken, narrow: '--user, --actor, --order or --action' });
}

/** The order service knows which order a payment belongs to. @throws ORDER_NOT_FOUND */
async function entriesOfPayment(
  { admin, asUser }: UserApi,
  filter: { readonly orderId: string },
): Promise<Pick<ListAuditTrailResponse, 'entries' | 'nextPageToken'>> {
  const { orderId } = await admin.explainOrder({ orderId: filter.orderId }, asUser);
  if (orderId === filter.orderId) return { entries: [], nextPageToken: '' };
  return admin.listAuditTrail({ ...filter, orderId }, asUser);
}

type Emails = ReadonlyMap<string, string>;

function forMachines(entry: AuditEntry, emails: Emails): Row {
  return {
    time: time(entry.createTime),
    entryId: entry.entryId,
    requestId: entry.requestId,
    action: entry.action,
    user: entry.userId,
    about: entry.subject,
    amount: money(entry.amount),
    role: entry.role,
    order: entry.orderId,
    outcome: outcomeOf(entry),
    refusal: entry.refusal,
    by: entry.actorId,
    byName: entry.actorName,
    byEmail: emails.get(entry.actorId) ?? '',
    byRole: entry.actorRole,
    clientNetwork: entry.clientNetwork,
    userAgent: entry.userAgent,
    reason: entry.reason,
    detail: entry.detail,
  };
}

/** A table has no room for columns that most rows leave empty. */
function forPeople(entry: AuditEntry, emails: Emails): Row {
  const order = entry.orderId || (/^order (\S+)$/.exec(entry.subject)?.[1] ?? '');
  return {
    time: time(entry.createTime),
    action: entry.action,
    about: (order === '' && entry.subject) || entry.userId || entry.subject,
    change: money(entry.amount) || entry.role,
    outcome: entry.refusal || outcomeOf(entry),
    by: entry.actorName || `${entry.actorRole} ${emails.get(entry.actorId) ?? entry.actorId}`.trim(),
    reason: entry.reason,
    user: `${entry.userId} ${emails.get(entry.userId) ?? ''}`.trim(),
    order,
    result: entry.detail === outcomeOf(entry) ? '' : entry.detail,
  };
}

function outcomeOf({ outcome }: AuditEntry): string {
  return short(AuditOutcomeSchema, outcome);
}
