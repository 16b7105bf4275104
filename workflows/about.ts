import { workflowInfo } from '@temporalio/workflow';
import { formatMoney } from '../proto/money.ts';
import { searchAttributes } from './contract/checkout.ts';
import type { CheckoutInput, MoneyInput } from './contract/checkout.ts';
import { plainText } from './markdown.ts';

/** What is bought at which prices, as Markdown. Under a heading, because a list that follows another one is a part of it. */
export function goodsOf({ lines }: CheckoutInput): string[] {
  const goods = lines.map(
    ({ name, productId, quantity, unitPrice }) =>
      `- ${quantity} × ${plainText(name ?? productId)} at ${textOf(unitPrice)}`,
  );
  return ['**What is bought**', '', ...goods];
}

/** The order's total, and a link in Temporal's UI to every workflow of the order. */
export function headOf({ orderId, total }: CheckoutInput): string {
  return `${textOf(total)} · ${linkOf(orderId)}`;
}

/** A link in Temporal's UI to every workflow of an order: its checkout, and its refund if there is one. */
export function linkOf(orderId: string): string {
  const query = encodeURIComponent(`${searchAttributes.orderId}="${orderId}"`);
  return `[checkout and refund of this order](/namespaces/${workflowInfo().namespace}/workflows?query=${query})`;
}

function textOf({ currencyCode, minorUnits }: MoneyInput): string {
  return formatMoney({ currencyCode, minorUnits: BigInt(minorUnits) });
}
