import { invalidArgument } from '../../../platform/errors/app-error.ts';
import { currencyProblem } from '../../../proto/currencies.ts';

/**
 * Refuses a code that is no currency to pay with. For new wallets and new money only: a wallet keeps a code that
 * ISO 4217 has withdrawn, and what is in it can still be spent.
 * @throws INVALID_CURRENCY for this field
 */
export function checkCurrency(field: string, currencyCode: string): void {
  const problem = currencyProblem(currencyCode);
  if (problem !== undefined) throw invalidArgument('INVALID_CURRENCY', field, problem);
}
