import type { Invariant } from '../../platform/data/invariant.ts';

/** The invariants of money. */
export const walletInvariants: readonly Invariant[] = [
  {
    id: 'ledger_entries_sum_to_zero',
    name: 'the entries of every transaction sum to zero for each currency',
    violations: `
      select transaction_id, currency_code, sum(amount_minor) as sum
      from wallet.entries group by transaction_id, currency_code having sum(amount_minor) <> 0`,
  },
  {
    id: 'ledger_transactions_have_two_ends',
    name: 'every transaction has an entry of its wallet and one at the other end',
    violations: `
      select t.id as transaction_id, count(e.*) as entries
      from wallet.transactions t left join wallet.entries e on e.transaction_id = t.id
      group by t.id having count(e.*) < 2 or count(*) filter (where e.account = 'wallet:' || t.wallet_id) <> 1`,
  },
  {
    id: 'wallet_balance_is_sum_of_entries',
    name: "a wallet's balance is the sum of its entries",
    violations: `
      select w.id as wallet_id, w.balance_minor, coalesce(sum(e.amount_minor), 0) as entries
      from wallet.wallets w
      left join wallet.transactions t on t.wallet_id = w.id
      left join wallet.entries e on e.transaction_id = t.id and e.account = 'wallet:' || w.id
      group by w.id having w.balance_minor <> coalesce(sum(e.amount_minor), 0)`,
  },
  {
    id: 'wallet_held_is_sum_of_holds',
    name: "a wallet's held amount is the sum of its open holds",
    violations: `
      select w.id as wallet_id, w.held_minor, coalesce(sum(h.amount_minor), 0) as holds
      from wallet.wallets w left join wallet.holds h on h.wallet_id = w.id and h.state = 'HELD'
      group by w.id having w.held_minor <> coalesce(sum(h.amount_minor), 0)`,
  },
  {
    id: 'wallet_held_within_balance',
    name: 'no wallet holds more than it has, or less than nothing',
    violations: `
      select id as wallet_id, held_minor, balance_minor from wallet.wallets
      where held_minor < 0 or held_minor > balance_minor`,
  },
  {
    id: 'hold_captured_once',
    name: 'a captured hold has exactly one capture of its amount, any other hold has none',
    violations: `
      select h.order_id, h.state, h.amount_minor, count(t.id) as captures, sum(e.amount_minor) as captured
      from wallet.holds h
      left join wallet.transactions t on t.order_id = h.order_id and t.type = 'CAPTURE'
      left join wallet.entries e on e.transaction_id = t.id and e.account = 'wallet:' || h.wallet_id
      group by h.order_id
      having count(t.id) <> case h.state when 'CAPTURED' then 1 else 0 end
        or (h.state = 'CAPTURED' and sum(e.amount_minor) <> -h.amount_minor)`,
  },
  {
    id: 'refund_was_captured',
    name: 'what was refunded was captured',
    violations: `
      select r.order_id, r.amount_minor, h.state, h.amount_minor as captured
      from wallet.refunds r left join wallet.holds h on h.order_id = r.order_id
      where h.state is distinct from 'CAPTURED' or r.amount_minor > h.amount_minor`,
  },
  {
    id: 'refund_has_one_transaction',
    name: 'every refund has moved its amount once, and no other money was given back',
    violations: `
      select coalesce(r.order_id, t.order_id) as order_id, r.amount_minor, count(t.id) as moves, sum(e.amount_minor) as moved
      from wallet.refunds r
      full join (select * from wallet.transactions where type = 'REFUND') t
        on t.id = r.transaction_id and t.order_id = r.order_id
      left join wallet.entries e on e.transaction_id = t.id and e.account = 'wallet:' || t.wallet_id
      group by r.order_id, t.order_id, r.amount_minor
      having r.order_id is null or count(t.id) <> 1 or sum(e.amount_minor) <> r.amount_minor`,
  },
  {
    id: 'capture_has_hold',
    name: 'money is only taken for a hold that says so',
    violations: `
      select t.id as transaction_id, t.order_id, h.state
      from wallet.transactions t left join wallet.holds h on h.order_id = t.order_id
      where t.type = 'CAPTURE' and h.capture_transaction_id is distinct from t.id`,
  },
  {
    id: 'ledger_running_balance',
    name: "a wallet's running balance is the sum of its entries so far",
    violations: `
      select wallet_id, sequence, balance_after_minor from (
        select t.wallet_id, t.sequence, e.balance_after_minor,
          sum(e.amount_minor) over (partition by t.wallet_id order by t.sequence) as running
        from wallet.transactions t
        join wallet.entries e on e.transaction_id = t.id and e.account = 'wallet:' || t.wallet_id) as movements
      where balance_after_minor <> running`,
  },
  {
    id: 'hold_outlived_expiry',
    name: 'no hold stays open long after its expiry',
    violations: `
      select order_id, expires_at from wallet.holds
      where state = 'HELD' and expires_at < now() - interval '2 minutes'`,
  },
];
