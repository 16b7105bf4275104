import type { Invariant } from '../../platform/data/invariant.ts';

/** The invariants of the audit trail. */
export const backofficeInvariants: readonly Invariant[] = [
  {
    id: 'trail_done_has_answer',
    name: 'a change of the audit trail that is done has its answer, and a refused one its refusal',
    violations: `
      select id as entry_id, action, outcome from backoffice.audit_trail
      where (outcome = 'DONE') <> (answer is not null) or (outcome = 'REFUSED') <> (refusal is not null)`,
  },
  {
    id: 'trail_refunds_once',
    name: 'the audit trail has at most one refund of an order as done',
    violations: `
      select order_id, count(*) as refunds from backoffice.audit_trail
      where action = 'order.refund' and outcome = 'DONE'
      group by order_id having count(*) > 1`,
  },
  {
    id: 'trail_says_what',
    name: 'an entry of the audit trail says how much, which role or which order',
    violations: `
      select id as entry_id, action, amount_minor, role, order_id from backoffice.audit_trail
      where not case
        when action in ('wallet.credit', 'wallet.debit') then coalesce(amount_minor > 0, false)
        when action in ('user.grant-role', 'user.revoke-role') then role is not null
        when action = 'order.refund' then order_id is not null and actor_role is not null
        else true end`,
  },
];
