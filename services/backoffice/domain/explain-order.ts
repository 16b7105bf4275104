import { AppError } from '../../../platform/errors/app-error.ts';
import { fromPostgresError } from '../../../platform/errors/from-postgres.ts';
import { setSubject } from '../../../platform/telemetry/request-context.ts';
import type { BackofficeDeps } from './deps.ts';
import { orderNotFound } from './errors.ts';
import type { Facts, MissingPart, OrderFacts, Part, Story } from './facts.ts';
import { cartEntries } from './story/cart.ts';
import { checkoutEntries } from './story/checkout.ts';
import { eventEntries } from './story/events.ts';
import { orderEntries } from './story/order.ts';
import { productsEntries } from './story/products.ts';
import { refundEntries } from './story/refunds.ts';
import { summarize } from './story/summary.ts';
import { walletEntries } from './story/wallet.ts';
import type { RefundEntry } from './types.ts';

export interface ExplainOrderInput {
  /** UUID of the order, or of a transaction of it. */
  readonly orderId: string;
}

type Answer<Value> = { readonly value: Value } | { readonly error: AppError };

/**
 * The story of any user's order. All parts are asked at the same time, each within a bound of its own. One that does not
 * answer is named, and the others are told all the same.
 * @throws ORDER_NOT_FOUND
 */
export async function explainOrder(deps: BackofficeDeps, { orderId }: ExplainOrderInput): Promise<Story> {
  const story = await tell(deps, orderId);
  if (story !== undefined) return story;
  const orderOfPayment = await deps.records.orderOfPayment(orderId);
  const other = orderOfPayment === undefined ? undefined : await tell(deps, orderOfPayment);
  if (other === undefined) throw orderNotFound(orderId);
  return other;
}

/** @returns undefined if the order service says that there is no such order */
async function tell(deps: BackofficeDeps, orderId: string): Promise<Story | undefined> {
  const { records, repository } = deps;
  const now = new Date();
  const missing: MissingPart[] = [];
  const valueOf = <Value>(part: Part, answer: Answer<Value>): Value | undefined => {
    if ('value' in answer) return answer.value;
    missing.push({ part, reason: answer.error.reason, message: wordsOf(answer.error) });
    return undefined;
  };
  const ask = <Value>(part: Part, call: Promise<Value>) => answerOf(deps, part, call);
  const asked = ask('order', records.order(orderId));
  const [order, funds, stock, claim, workflows, refunds, receipts] = await Promise.all([
    asked,
    ask('wallet', records.funds(orderId)),
    ask('products', records.stock(orderId)),
    ask('cart', records.claim(orderId)),
    ask('checkout', records.workflows(orderId)),
    ask('backoffice', refundsOf(repository, orderId)),
    asked.then((answer) => ('error' in answer ? answer : ask('events', receiptsOf(answer.value)))),
  ]);
  if ('error' in order && order.error.reason === 'ORDER_NOT_FOUND') return undefined;
  const facts: Facts = {
    order: valueOf('order', order),
    funds: valueOf('wallet', funds),
    stock: valueOf('products', stock),
    claim: valueOf('cart', claim),
    workflows: valueOf('checkout', workflows),
    receipts: valueOf('events', receipts),
    refundsAsked: valueOf('backoffice', refunds),
    now,
  };
  setSubject({ orderId, userId: facts.order?.userId });
  return { orderId, order: facts.order, summary: summarize(facts), timeline: timelineOf(facts), missing };

  function receiptsOf({ events }: OrderFacts) {
    return events.length === 0 ? Promise.resolve([]) : records.receipts(events.map(({ eventId }) => eventId));
  }
}

const mostRefunds = 20;

/** What staff asked for stands in the trail, which this service keeps itself. */
async function refundsOf(
  { listEntries }: BackofficeDeps['repository'],
  orderId: string,
): Promise<readonly RefundEntry[]> {
  const action = 'order.refund';
  const filter = { orderId, action, userId: undefined, actorId: undefined, orderSubject: undefined, before: undefined };
  const entries = await listEntries({ ...filter, limit: mostRefunds });
  return entries.flatMap((entry) => (entry.action === action && entry.outcome !== 'REFUSED' ? entry : []));
}

/** Support can do something about Temporal, so it is told by its name. */
function wordsOf({ reason, message }: AppError): string {
  return reason === 'TEMPORAL_UNAVAILABLE' ? 'Temporal does not answer; try again' : message;
}

/** A defect of one part, such as a wrong password of its database, does not keep the others from being told. */
async function answerOf<Value>(
  { logger }: Pick<BackofficeDeps, 'logger'>,
  part: Part,
  call: Promise<Value>,
): Promise<Answer<Value>> {
  try {
    return { value: await call };
  } catch (error) {
    const known = error instanceof AppError ? error : fromPostgresError(error);
    if (known !== undefined) return { error: known };
    logger.warn({ err: error, part }, 'an order is explained without a part, which failed');
    return { error: new AppError('internal', 'INTERNAL', 'internal error', { cause: error }) };
  }
}

/** Entries of the same time stay in the order of this list: an order is accepted before anything else. */
function timelineOf(facts: Facts): Story['timeline'] {
  return [
    ...orderEntries(facts),
    ...refundEntries(facts),
    ...checkoutEntries(facts),
    ...cartEntries(facts),
    ...productsEntries(facts),
    ...walletEntries(facts),
    ...eventEntries(facts),
  ].toSorted((one, other) => one.time.getTime() - other.time.getTime());
}
