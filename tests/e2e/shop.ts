import type { ApiClient } from '../../testkit/shopper/api-client.ts';
import { Shopper, type Credentials } from '../../testkit/shopper/shopper.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { restRoutes, type Driver, type Method } from './drivers/driver.ts';

const methods = Object.keys(restRoutes) as Method[];

/** Shoppers at a client that is the tests' own: a refusal stays the driver's CallError, and nothing is tried again. */
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

/** Somebody of whom the platform knows nothing; `driver` decides by which client they come. */
export function stranger(driver: Driver, credentials?: Credentials): Shopper {
  return new Shopper({ client: clientOf(driver), ...(credentials === undefined ? {} : { credentials }) });
}

/** A customer who has registered, with `fundsMinor` in the wallet. */
export const fundedCustomer = (driver: Driver, fundsMinor: number): Promise<Shopper> =>
  stranger(driver).arrive(fundsMinor);

/** The first admin, as the launcher makes it in development. */
export async function admin(driver: Driver): Promise<Shopper> {
  const shopkeeper = stranger(driver, adminCredentials());
  await shopkeeper.signIn();
  return shopkeeper;
}
