import { createCheckoutWorkflows } from '../client/checkout-workflows.ts';
import type { CheckoutWorkflows } from '../client/checkout-workflows.ts';
import { searchAttributeTypes } from '../contract/checkout.ts';
import { connectTemporal } from '../../platform/temporal/connection.ts';
import type { Temporal } from '../../platform/temporal/connection.ts';
import { temporalAddress as address } from '../../platform/testing/temporal.ts';
import type { PlacedOrder } from '../../proto/placed-order.ts';
import { openLab } from './lab.ts';
import type { Lab, Order } from './lab.ts';
import type { Faults } from './shop.ts';

/** A lab, and the client that starts workflows in it. */
export interface ClientLab {
  readonly lab: Lab;
  readonly temporal: Temporal;
  readonly workflows: CheckoutWorkflows;
  /** An order of 3 × Tea at 19.99 USD, as the client gets it. */
  readonly accepted: (faults?: Faults) => Order & { readonly row: PlacedOrder };
  readonly close: () => Promise<void>;
}

/** The buyer of every order. */
export const userId = '5b3a4a53-6a52-4a39-9d4f-4bd2b1c6a001';

export async function openClientLab(): Promise<ClientLab> {
  const lab = await openLab();
  const temporal = connectTemporal({ address, namespace: 'default', searchAttributes: searchAttributeTypes });
  return {
    lab,
    temporal,
    workflows: createCheckoutWorkflows(temporal, { taskQueue: lab.taskQueue, policy: lab.policy }),
    accepted(faults = {}) {
      const order = lab.order(faults);
      const price = { currencyCode: 'USD', minorUnits: 1_999n };
      const item = { productId: '0d9f0df6-7d4f-4a2c-8f5e-0f3d6ad3b001', name: 'Tea', quantity: 3, unitPrice: price };
      const total = { currencyCode: 'USD', minorUnits: 5_997n };
      return { ...order, row: { orderId: order.orderId, userId, items: [item], total, cartVersion: 7n } };
    },
    async close() {
      await lab.close();
      await temporal.close();
    },
  };
}
