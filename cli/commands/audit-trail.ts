import { enumToJson } from '@bufbuild/protobuf';
import { AuditOutcomeSchema } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { Context } from '../context.ts';
import { money, time } from '../format.ts';
import { printMany } from '../output.ts';

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
  printMany(
    entries.map((entry) => ({
      time: time(entry.createTime),
      action: entry.action,
      // A table has room for one of them.
      ...(context.json
        ? { user: entry.userId, about: entry.subject }
        : { about: entry.subject || entry.orderId || entry.userId }),
      amount: money(entry.amount),
      role: entry.role,
      order: entry.orderId,
      outcome: String(enumToJson(AuditOutcomeSchema, entry.outcome)).replace('AUDIT_OUTCOME_', ''),
      refusal: entry.refusal,
      ...(context.json
        ? { by: entry.actorId, byName: entry.actorName }
        : { by: entry.actorName === '' ? entry.actorId : entry.actorName }),
      reason: entry.reason,
      detail: entry.detail,
    })),
    context.json,
    ['detail', 'order'],
  );
}
