import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { databaseMetrics } from '../platform/data/db/metrics.ts';
import { createBackofficeMetrics } from '../services/backoffice/metrics.ts';
import { createCartMetrics } from '../services/cart/metrics.ts';
import { createCheckoutMetrics } from '../services/checkout/metrics.ts';
import { createOrderMetrics } from '../services/order/metrics.ts';
import { createProductsMetrics } from '../services/products/metrics.ts';
import { createSsoMetrics } from '../services/sso/metrics.ts';
import { createWalletMetrics } from '../services/wallet/metrics.ts';

const services = [
  createBackofficeMetrics,
  createCartMetrics,
  createCheckoutMetrics,
  createOrderMetrics,
  createProductsMetrics,
  createSsoMetrics,
  createWalletMetrics,
];

const valuesOf = async (registry: Registry, type: string) =>
  (await registry.getMetricsAsJSON()).flatMap((metric) =>
    String(metric.type) === type ? [[metric.name, metric.values] as const] : [],
  );

// `rate` and `increase` miss the first event of a counter that did not stand at 0 before.
test('every counter of a service stands at 0 before its first event, with each label that is known', async () => {
  const registry = new Registry();
  for (const create of services) create(registry);
  databaseMetrics(registry, 'wallet', { size: 1, use: () => ({ running: 0, waiting: 0 }) });
  const counters = await valuesOf(registry, 'counter');
  expect(counters.length).toBeGreaterThan(20);
  expect(counters.filter(([, values]) => values.length === 0).map(([name]) => name)).toEqual([]);
  expect(counters.filter(([, values]) => values.some(({ value }) => value !== 0))).toEqual([]);
});

test.each(['captured', 'refunded'] as const)(
  'money is counted by currency, each in use from 0 on: %s',
  async (what) => {
    const registry = new Registry();
    const metrics = createWalletMetrics(registry);
    const counted = async () => {
      const values = new Map(await valuesOf(registry, 'counter')).get(`payments_${what}_minor_total`) ?? [];
      return Object.fromEntries(values.map(({ labels, value }) => [labels['currency'], value]));
    };
    // Each process has these, so a currency that nobody uses must not be among them.
    expect(await counted()).toEqual({ USD: 0 });
    metrics.walletOpened('EUR');
    metrics.held(1, 'KWD');
    expect(await counted()).toEqual({ USD: 0, EUR: 0, KWD: 0 });
    metrics.walletOpened('EUR');
    metrics[what]({ currencyCode: 'JPY', minorUnits: 500n });
    expect(await counted()).toEqual({ USD: 0, EUR: 0, KWD: 0, JPY: 500 });
  },
);
