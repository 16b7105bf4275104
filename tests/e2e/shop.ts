import type { ApiClient } from '../../testkit/shopper/api-client.ts';
import { Shopper, type Credentials } from '../../testkit/shopper/shopper.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { restRoutes, type Driver, type Method } from './drivers/driver.ts';

const methods = Object.keys(restRoutes) as Method[];

/** An API client that calls through a driver. A refusal stays the driver's CallError, so nothing is retried. */
function clientOf(driver: Driver): ApiClient {
  return {
    close: () => undefined,
    call(name, request, { token } = {}) {
      const method = methods.find((each) => each.endsWith(`.${name}`));
      if (method === undefined) throw new Error(`the drivers do not call ${name}`);
      return driver.call(method, request, token);
    },
  };
}

/** A shopper who is not signed in and calls through `driver`. */
export function stranger(driver: Driver, credentials?: Credentials): Shopper {
  return new Shopper({ client: clientOf(driver), ...(credentials === undefined ? {} : { credentials }) });
}

/** A customer who has registered, with `fundsMinor` in the wallet. */
export const fundedCustomer = (driver: Driver, fundsMinor: number): Promise<Shopper> =>
  stranger(driver).arrive(fundsMinor);

/** The first admin, whom the launcher creates, signed in. */
export async function admin(driver: Driver): Promise<Shopper> {
  const shopkeeper = stranger(driver, adminCredentials());
  await shopkeeper.signIn();
  return shopkeeper;
}

/** A customer with 10.00 USD who has bought this many pieces of a new product, for 1.00 USD each. */
export async function customerWithOrder(
  driver: Driver,
  quantity = 1,
): Promise<{ readonly customer: Shopper; readonly orderId: string }> {
  const product = await (await admin(driver)).createProduct({ priceMinor: 100, pieces: 10 });
  const customer = await fundedCustomer(driver, 1000);
  await customer.add(product.productId, quantity);
  const { orderId } = await customer.startCheckout();
  await customer.orderEnd(orderId);
  return { customer, orderId };
}
