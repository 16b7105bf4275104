import { restClient } from '../../testkit/shopper/rest-client.ts';
import { Shopper } from '../../testkit/shopper/shopper.ts';

const fundsMinor = 100_000;

/**
 * Buys a seeded product as a new customer.
 * @returns the order's id, its final status, and the money that was paid in minor units
 */
export async function buySomething(api: string) {
  const shopper = await new Shopper({ client: restClient(api) }).arrive(fundsMinor);
  const [product] = await shopper.products({ pageSize: 1, inStock: true });
  if (product === undefined) throw new Error('the catalog is empty');
  await shopper.add(product.productId, 1);
  const { orderId } = await shopper.startCheckout();
  const { status } = await shopper.orderEnd(orderId);
  const { balance } = await shopper.wallet();
  return { orderId, status, paid: fundsMinor - Number(balance.minorUnits) };
}
