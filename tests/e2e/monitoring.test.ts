import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { howToGetPrometheus, prometheusProgram } from '../../deploy/dev/parts/prometheus.ts';
import { openShop } from '../../testkit/shopper/shop.ts';
import { stackAddresses, stackParts } from '../../testkit/stack/stack.ts';
import { needsFault, panelExpressions } from './monitoring/expressions.ts';
import { startPrometheus, type OwnPrometheus } from './monitoring/prometheus.ts';

const program = prometheusProgram(process.env);
const processes = stackParts().flatMap(({ name, kind, stage, ports: { http } }) =>
  kind === 'app' && stage === 'healthy' && http !== undefined ? [[name, http] as const] : [],
);
if (program === undefined) process.stderr.write(`The dashboards are not tried. ${howToGetPrometheus}\n`);

/** Counters that only a fault raises. An alert sees their first event only if they stand at 0 before. */
const quiet = [
  'rpc_refused_total{why="full"}',
  'events_publish_failed_total{type="ecommerce.order.v1.OrderFailed"}',
  'events_consumed_total{outcome="dead"}',
  'checkouts_ended_total{fault="system", reason="OTHER"}',
  'audit_failures_total',
  'redis_failures_total',
  'db_connections_silent_total{database="wallet"}',
  'backoffice_changes_total{action="user.grant-role", outcome="refused"}',
  'cart_order_ends_asked_total{answer="NONE"}',
];

/** A purchase that is given back, one that stays, and one that lacks money. */
async function trade(): Promise<void> {
  const shop = openShop(stackAddresses());
  const buy = async (productId: string, fundsMinor: number, givesBack: boolean): Promise<void> => {
    const buyer = await shop.buyer(fundsMinor);
    await buyer.add(productId, 1);
    const purchase = buyer.wish();
    await buyer.checkOut(purchase);
    await buyer.endOf(purchase);
    if (givesBack) await buyer.giveBack(purchase);
  };
  try {
    const { productId } = await shop.product(500, 100);
    await buy(productId, 10_000, true);
    await buy(productId, 10_000, false);
    await buy(productId, 1, false);
  } finally {
    shop.close();
  }
}

describe.skipIf(program === undefined || processes.length === 0)('a Prometheus that scrapes the platform', () => {
  let prometheus: OwnPrometheus;
  let stop = async (): Promise<void> => undefined;
  beforeAll(async () => {
    prometheus = await startPrometheus(program ?? '', Object.fromEntries(processes));
    stop = () => prometheus.stop();
    // A rate needs two values of a series, and some series begin with the first purchase.
    await trade();
    await prometheus.scrapes(1);
    await trade();
    // Rules that use the values of other rules have them one evaluation later.
    await prometheus.scrapes(2);
  }, 120_000);
  afterAll(() => stop());

  test('has data for every panel of every dashboard', async () => {
    const all = panelExpressions('1m');
    expect(all.length).toBeGreaterThan(100);
    const empty: string[] = [];
    for (const { panel, expr } of all) {
      // A fallback would hide a wrong name. A quantile of no observations is NaN, which a panel does not draw.
      const values = await prometheus.values(needsFault(expr) ? expr : expr.replaceAll(' or vector(0)', ''));
      if (values.every((value) => Number.isNaN(value))) empty.push(`${panel}: ${expr}`);
    }
    expect(empty).toEqual([]);
  });

  test('evaluates every rule without an error', async () => {
    const rules = await prometheus.rules();
    expect(rules.length).toBeGreaterThan(25);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  test.each(['checkout', 'availability', 'latency'])('knows the ratio and the budget of %s', async (slo) => {
    expect(await prometheus.values(`slo:error_budget:ratio{slo="${slo}"}`)).toHaveLength(1);
    expect(await prometheus.values(`slo:errors:ratio_rate5m{slo="${slo}"}`)).toEqual([expect.any(Number)]);
  });

  test("has what Temporal's SDK measures in a worker, with the labels of its process", async () => {
    const waits = 'temporal_workflow_task_schedule_to_start_latency_count';
    expect((await prometheus.values(waits)).length).toBeGreaterThan(0);
    const slots = 'temporal_worker_task_slots_available';
    expect((await prometheus.values(slots)).length).toBeGreaterThan(0);
    const unknown = `${slots} unless on (instance, service, process) nodejs_version_info`;
    expect(await prometheus.values(unknown)).toEqual([]);
  });

  test.each(quiet)('has %s before its first event', async (counter) => {
    expect((await prometheus.values(counter)).length).toBeGreaterThan(0);
  });
});
