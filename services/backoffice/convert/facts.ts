import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { ClaimState } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_pb.ts';
import type { WorkflowRecord } from '../../../proto/workflow-record.ts';
import type {
  ClaimRecord,
  Receipt as ReceiptMessage,
} from '../../../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import type { WorkflowRecord as WorkflowMessage } from '../../../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import type {
  EventRecord,
  GetOrderRecordResponse,
} from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { ReservationState } from '../../../proto/gen/ecommerce/products/internal/v1/stock_pb.ts';
import type { ReservationRecord } from '../../../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import { HoldState } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import type { GetFundsRecordResponse } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { TransactionType } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type {
  ClaimFacts,
  EventFacts,
  FundsFacts,
  HoldFacts,
  OrderFacts,
  Receipt,
  StockFacts,
} from '../domain/facts.ts';
import { orderFromMessage, statusFromMessage } from './order.ts';

const holdStates: Readonly<Record<HoldState, HoldFacts['state']>> = {
  [HoldState.UNSPECIFIED]: 'HELD',
  [HoldState.HELD]: 'HELD',
  [HoldState.CAPTURED]: 'CAPTURED',
  [HoldState.VOIDED]: 'VOIDED',
  [HoldState.EXPIRED]: 'EXPIRED',
};
const stockStates: Readonly<Record<ReservationState, StockFacts['state']>> = {
  [ReservationState.UNSPECIFIED]: 'ACTIVE',
  [ReservationState.ACTIVE]: 'ACTIVE',
  [ReservationState.COMMITTED]: 'COMMITTED',
  [ReservationState.RELEASED]: 'RELEASED',
  [ReservationState.EXPIRED]: 'EXPIRED',
};
const claimStates: Readonly<Record<ClaimState, ClaimFacts['state']>> = {
  [ClaimState.UNSPECIFIED]: 'CLAIMED',
  [ClaimState.CLAIMED]: 'CLAIMED',
  [ClaimState.CONSUMED]: 'CONSUMED',
  [ClaimState.RELEASED]: 'RELEASED',
};
const noAmount = { currencyCode: '', minorUnits: 0n };

function dateOf(time: Timestamp | undefined): Date | undefined {
  return time && timestampDate(time);
}

function needed(time: Timestamp | undefined): Date {
  if (time === undefined) throw new Error('the answer of a service lacks a time');
  return timestampDate(time);
}

export function orderFactsFromMessage(record: GetOrderRecordResponse): OrderFacts {
  const { order, userId, changes, startAttempts, events } = record;
  return {
    ...orderFromMessage(order),
    userId,
    changes: changes.map(({ status, createTime, cause }) => {
      return { status: statusFromMessage(status) ?? 'PENDING', time: needed(createTime), cause };
    }),
    startTime: dateOf(record.startTime),
    startAttempts,
    nextRefundTime: dateOf(record.nextRefundTime),
    events: events.map(eventFromMessage),
  };
}

function eventFromMessage(event: EventRecord): EventFacts {
  const { eventId, type, topic, attempts, lastError, dead } = event;
  return {
    ...{ eventId, type, topic, attempts, lastError, dead },
    writeTime: needed(event.writeTime),
    publishTime: dateOf(event.publishTime),
    firstPublishTime: dateOf(event.firstPublishTime),
    nextAttemptTime: dateOf(event.nextAttemptTime),
  };
}

export function fundsFromMessage({ hold, transactions }: GetFundsRecordResponse): FundsFacts {
  return {
    hold: hold && {
      state: holdStates[hold.state] ?? 'HELD',
      amount: hold.amount,
      createTime: needed(hold.createTime),
      expireTime: dateOf(hold.expireTime),
      endTime: dateOf(hold.endTime),
    },
    movements: transactions.map(({ transactionId, type, amount, createTime }) => ({
      transactionId,
      type: type === TransactionType.REFUND ? 'REFUND' : 'CAPTURE',
      amount: amount ?? noAmount,
      time: needed(createTime),
    })),
  };
}

export function stockFromMessage(reservation: ReservationRecord): StockFacts {
  const { state, lines, createTime, expireTime, endTime, restockTime, retaken } = reservation;
  return {
    state: stockStates[state] ?? 'ACTIVE',
    lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
    createTime: needed(createTime),
    expireTime: dateOf(expireTime),
    endTime: dateOf(endTime),
    restockTime: dateOf(restockTime),
    retaken,
  };
}

export function claimFromMessage({ state, cartVersion, createTime, endTime }: ClaimRecord): ClaimFacts {
  return {
    state: claimStates[state] ?? 'CLAIMED',
    cartVersion,
    createTime: needed(createTime),
    endTime: dateOf(endTime),
  };
}

export function receiptFromMessage({ eventId, consumer, receiveTime }: ReceiptMessage): Receipt {
  return { eventId, consumer, time: needed(receiveTime) };
}

export function workflowFromMessage(workflow: WorkflowMessage): WorkflowRecord {
  const { workflowId, runId, status, stage, pending, cancels } = workflow;
  return {
    ...{ workflowId, runId, status, stage },
    startTime: needed(workflow.startTime),
    closeTime: dateOf(workflow.closeTime),
    pending: pending.map(({ step, service, attempt, lastReason, lastMessage, nextAttemptTime }) => {
      return { step, service, attempt, lastReason, lastMessage, nextAttemptTime: dateOf(nextAttemptTime) };
    }),
    cancels: cancels.map(({ time, cause }) => ({ time: needed(time), cause })),
  };
}
