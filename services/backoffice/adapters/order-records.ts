import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CallOptions, Client } from '@connectrpc/connect';
import type { ClaimRecordService } from '../../../proto/gen/ecommerce/cart/internal/v1/claim_record_pb.ts';
import type { WorkflowRecordService } from '../../../proto/gen/ecommerce/checkout/internal/v1/workflow_record_pb.ts';
import type { OrderRecordService } from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import type { StockRecordService } from '../../../proto/gen/ecommerce/products/internal/v1/stock_record_pb.ts';
import type { FundsRecordService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_record_pb.ts';
import { fromConnectError } from '../../../platform/errors/from-connect.ts';
import {
  claimFromMessage,
  fundsFromMessage,
  orderFactsFromMessage,
  receiptFromMessage,
  stockFromMessage,
  workflowFromMessage,
} from '../convert/facts.ts';
import { orderFromMessage, statusToMessage } from '../convert/order.ts';
import type { OrderRecords } from '../ports.ts';

/** The clients of the services that know something of an order. */
export interface RecordClients {
  readonly orders: Client<typeof OrderRecordService>;
  readonly funds: Client<typeof FundsRecordService>;
  readonly stock: Client<typeof StockRecordService>;
  readonly claims: Client<typeof ClaimRecordService>;
  readonly workflows: Client<typeof WorkflowRecordService>;
}

// Receipts are asked for after the order, so the longest way takes two of the first.
const readMs = 2_000;
/** Longer than the checkout service waits for Temporal, so that its refusal arrives. */
const workflowsMs = 3_500;

/** What the services know of orders, each asked within a bound. */
export function createOrderRecords({ orders, funds, stock, claims, workflows }: RecordClients): OrderRecords {
  return {
    order: async (orderId) =>
      orderFactsFromMessage(await ask(readMs, (how) => orders.getOrderRecord({ orderId }, how))),
    search: async ({ userId = '', status, from, to, pageSize, pageToken }) => {
      const request = {
        ...{ userId, pageSize, pageToken, status: statusToMessage(status) },
        ...(from && { createTimeFrom: timestampFromDate(from) }),
        ...(to && { createTimeTo: timestampFromDate(to) }),
      };
      const page = await ask(readMs, (how) => orders.searchOrders(request, how));
      return { orders: page.orders.map(orderFromMessage), nextPageToken: page.nextPageToken };
    },

    funds: async (orderId) => fundsFromMessage(await ask(readMs, (how) => funds.getFundsRecord({ orderId }, how))),

    stock: async (orderId) => {
      const { reservation } = await ask(readMs, (how) => stock.getStockRecord({ orderId }, how));
      return { known: reservation && stockFromMessage(reservation) };
    },

    claim: async (orderId) => {
      const { claim } = await ask(readMs, (how) => claims.getClaimRecord({ orderId }, how));
      return { known: claim && claimFromMessage(claim) };
    },

    receipts: async (eventIds) => {
      const { receipts } = await ask(readMs, (how) => claims.listReceipts({ eventIds: [...eventIds] }, how));
      return receipts.map(receiptFromMessage);
    },

    workflows: async (orderId) => {
      const { workflows: found } = await ask(workflowsMs, (how) => workflows.getWorkflowRecords({ orderId }, how));
      return found.map(workflowFromMessage);
    },

    orderOfPayment: async (paymentId) => {
      const { orderId } = await ask(readMs, (how) => funds.findOrderOfPayment({ paymentId }, how));
      return orderId === '' ? undefined : orderId;
    },
  };
}

async function ask<Answer>(timeoutMs: number, call: (how: CallOptions) => Promise<Answer>): Promise<Answer> {
  try {
    return await call({ timeoutMs });
  } catch (error) {
    throw fromConnectError(error);
  }
}
