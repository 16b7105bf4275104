import { formatMoney } from '../../../../proto/money.ts';
import type { WorkflowRecord } from '../../../../proto/workflow-record.ts';
import type { EventFacts, Facts, FundsFacts, OrderFacts, StockFacts } from '../facts.ts';
import { nameOf } from './events.ts';
import { cancelledOf, failureOf } from './order.ts';
import { positive } from './wallet.ts';

/** Two sentences: what happened, where the money and the goods are; and what happens next. */
export function summarize(facts: Facts): string {
  const { order, funds, stock } = facts;
  const money = funds === undefined ? 'where the money is is not known' : moneyOf(funds);
  const goods = stock === undefined ? 'where the goods are is not known' : goodsOf(stock.known);
  return `${happened(order)}; ${money}; ${goods}. ${next(facts)}.`;
}

function happened(order: OrderFacts | undefined): string {
  if (order === undefined) return 'How the order stands is not known';
  const cause = order.changes.findLast(({ status }) => status === order.status)?.cause ?? '';
  switch (order.status) {
    case 'PENDING':
      return `The order of ${formatMoney(order.total)} is under way`;
    case 'COMPLETED':
      return `The order of ${formatMoney(order.total)} is completed`;
    case 'FAILED':
      return `The order of ${formatMoney(order.total)} failed: ${failureOf(order, cause)}`;
    case 'CANCELLED':
      return `The order of ${formatMoney(order.total)} was ${cancelledOf(order, cause)}`;
  }
}

function moneyOf({ hold, movements }: FundsFacts): string {
  const taken = movements.find(({ type }) => type === 'CAPTURE');
  const back = movements.find(({ type }) => type === 'REFUND');
  if (back !== undefined) return `the ${formatMoney(positive(back.amount))} that were taken are back with the buyer`;
  if (taken !== undefined) return `the buyer has paid ${formatMoney(positive(taken.amount))}`;
  if (hold?.state === 'HELD' && hold.amount !== undefined)
    return `${formatMoney(hold.amount)} are held in the buyer's wallet`;
  return "the buyer's money is free: nothing was taken";
}

function goodsOf(stock: StockFacts | undefined): string {
  if (stock?.restockTime !== undefined) return 'the goods are back in stock';
  if (stock === undefined || stock.lines.length === 0) return 'no goods are reserved';
  if (stock.state === 'ACTIVE') return 'the goods are reserved';
  return stock.state === 'COMMITTED' ? 'the goods are sold' : 'the goods are back in stock';
}

function next(facts: Facts): string {
  const { order, workflows } = facts;
  if (order === undefined) return 'Ask again when the order service answers';
  const open = workflows?.find(({ closeTime }) => closeTime === undefined);
  if (open !== undefined) return nextOfWorkflow(open);
  if (order.status === 'PENDING') return nextOfPending(facts, order);
  if (order.nextRefundTime !== undefined && order.status === 'COMPLETED')
    return 'A refund is asked for; a sweep asks again until it is done';
  return nextOfEvents(facts, order);
}

function nextOfWorkflow({ pending, stage }: WorkflowRecord): string {
  const step = pending.find(({ lastReason }) => lastReason !== '') ?? pending[0];
  if (step !== undefined && step.lastReason !== '')
    return `It waits for ${step.service} (${step.step}, attempt ${step.attempt}: ${step.lastReason}) and goes on by itself when ${step.service} answers`;
  if (step !== undefined) return `It waits for the answer of ${step.service} (${step.step})`;
  return stage === '' ? 'It waits for a worker, which does not answer' : `It goes on by itself: ${stage}`;
}

function nextOfPending({ workflows }: Facts, { startTime }: OrderFacts): string {
  if (workflows === undefined) return 'What it waits for is not known, because its workflow cannot be read';
  if (workflows.length === 0 && startTime === undefined) return 'Its workflow is not started yet; a sweep starts it';
  return 'Its workflow has closed; a sweep settles the order within a minute';
}

function waitOf({ type, firstPublishTime }: EventFacts): string {
  return `Its event ${nameOf(type)} waits to be published${firstPublishTime === undefined ? '' : ' again'}`;
}

function nextOfEvents({ receipts, workflows }: Facts, { events }: OrderFacts): string {
  const dead = events.find((event) => event.dead);
  if (dead !== undefined)
    return `Its event ${nameOf(dead.type)} is dead: mend the cause, then \`events dead replay ${dead.eventId}\` sends it again`;
  const waiting = events.find(({ publishTime }) => publishTime === undefined);
  if (waiting !== undefined) return waitOf(waiting);
  const unheard = events.find(({ eventId }) => receipts?.every((receipt) => receipt.eventId !== eventId));
  if (unheard !== undefined)
    return `Its event ${nameOf(unheard.type)} is published, and the cart has not taken it in yet`;
  return receipts === undefined || workflows === undefined
    ? 'As far as it is known, nothing is left to do'
    : 'Nothing is left to do';
}
