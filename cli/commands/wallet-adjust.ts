import { minorDigits } from '../../proto/currencies.ts';
import { formatMoney } from '../../proto/money.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { usageError } from '../exit.ts';
import { money, mostMinorUnits, parseAmount } from '../format.ts';
import { printOne } from '../output.ts';
import { repeatable } from '../repeatable.ts';
import { signInFor } from '../who.ts';

export interface AdjustOptions {
  readonly email: string;
  readonly password: string;
  readonly currency: string;
  readonly reason: string;
  readonly requestId: string | undefined;
}

/**
 * Puts money into a user's wallet, or takes some out, as an administrator. The audit trail keeps who, what and why.
 * @param who an email address, or the user's id
 */
export async function adjustWallet(
  context: Context,
  change: 'credit' | 'debit',
  who: string,
  amount: string,
  options: AdjustOptions,
): Promise<void> {
  const { currency: currencyCode, reason } = options;
  const minorUnits = parseAmount(amount, currencyCode);
  if (minorUnits === undefined || minorUnits === 0n)
    throw usageError(`${amount} is not an amount in ${currencyCode}: ${howToWrite(currencyCode)}`);
  const { admin, asUser, userId, askEmail } = await signInFor(context, options, who);
  await confirm(context, async () => {
    const email = await askEmail();
    const text = formatMoney({ currencyCode, minorUnits });
    return change === 'credit'
      ? `Put ${text} into the wallet of ${email}?`
      : `Take ${text} out of the wallet of ${email}?`;
  });
  const ask = change === 'credit' ? admin.creditWallet : admin.debitWallet;
  const { answer, requestId } = await repeatable(options.requestId, async (requestId, signal) => {
    const request = { userId, amount: { currencyCode, minorUnits }, reason, requestId };
    return { answer: await ask(request, { ...asUser, signal }), requestId };
  });
  printOne(
    {
      transactionId: answer.transaction?.transactionId,
      moved: money(answer.transaction?.amount),
      balance: money(answer.wallet?.balance),
      available: money(answer.wallet?.available),
      entryId: answer.entryId,
      requestId,
    },
    context.json,
  );
}

/** For example "write it as 19.99, above 0, with at most 2 decimals, and at most 1000000000.00 USD". */
function howToWrite(currencyCode: string): string {
  const digits = minorDigits(currencyCode);
  const decimals = digits === 0 ? 'without decimals' : `with at most ${digits} decimals`;
  const most = formatMoney({ currencyCode, minorUnits: mostMinorUnits });
  return `write it as 19${digits === 0 ? '' : `.${'9'.repeat(digits)}`}, above 0, ${decimals}, and at most ${most}`;
}
