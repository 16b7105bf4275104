import { enumToJson } from '@bufbuild/protobuf';
import { AuditOutcomeSchema, type AuditEntry } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { Context } from '../context.ts';
import { money, time } from '../format.ts';
import { printMany } from '../output.ts';
import type { Row } from '../table.ts';

export interface TrailOptions {
  readonly email: string;
  readonly password: string;
  /** UUID of the user whom the changes were about. */
  readonly user: string | undefined;
  readonly limit: number;
}

/** Lists what administrators changed, and operators by this command line, newest first. */
export async function showAuditTrail(context: Context, options: TrailOptions): Promise<void> {
  const { admin, asUser } = await context.signIn(options.email, options.password);
  const { entries } = await admin.listAuditTrail({ userId: options.user ?? '', pageSize: options.limit }, asUser);
  printMany(entries.map(context.json ? forMachines : forPeople), context.json, { text: ['about', 'by', 'reason'] });
}

function forMachines(entry: AuditEntry): Row {
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
    reason: entry.reason,
    detail: entry.detail,
  };
}

/** A table has no room for columns that most rows leave empty. */
function forPeople(entry: AuditEntry): Row {
  return {
    time: time(entry.createTime),
    action: entry.action,
    about: entry.subject || entry.orderId || entry.userId,
    change: money(entry.amount) || entry.role,
    outcome: entry.refusal || outcomeOf(entry),
    by: entry.actorName || entry.actorId,
    reason: entry.reason,
  };
}

function outcomeOf({ outcome }: AuditEntry): string {
  return String(enumToJson(AuditOutcomeSchema, outcome)).replace('AUDIT_OUTCOME_', '');
}
