import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import {
  GetOrderRecordResponseSchema,
  SearchOrdersResponseSchema,
  type SearchOrdersRequest,
} from '../../../proto/gen/ecommerce/order/internal/v1/order_record_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { WorkflowRecord } from '../../../proto/workflow-record.ts';
import type { RecordClients } from '../adapters/order-records.ts';
import { orderToMessage, statusFromMessage } from '../convert/order.ts';
import { orderNotFound } from '../domain/errors.ts';
import type { ClaimFacts, EventFacts, FundsFacts, OrderFacts, Part, Receipt, StockFacts } from '../domain/facts.ts';
import type { OrderPage } from '../domain/types.ts';
import type { OrderQuery, OrderRecords } from '../ports.ts';

/** What the services know of one order. A test says what; a part in `away` does not answer. */
export class FakeOrderRecords implements OrderRecords {
  facts: OrderFacts | undefined;
  money: FundsFacts = { hold: undefined, movements: [] };
  goods: StockFacts | undefined;
  cart: ClaimFacts | undefined;
  heard: readonly Receipt[] = [];
  runs: readonly WorkflowRecord[] = [];
  readonly payments = new Map<string, string>();
  readonly away = new Set<Part>();
  /** What the client of the order service was asked last. */
  searched: Partial<SearchOrdersRequest> = {};

  async order(orderId: string): Promise<OrderFacts> {
    this.#assertUp('order');
    if (this.facts?.orderId !== orderId) throw orderNotFound(orderId);
    return this.facts;
  }

  async search({ userId, status }: OrderQuery): Promise<OrderPage> {
    this.#assertUp('order');
    const { facts } = this;
    const fits = (userId ?? facts?.userId) === facts?.userId && (status ?? facts?.status) === facts?.status;
    return { orders: facts !== undefined && fits ? [facts] : [], nextPageToken: '' };
  }

  async funds(): Promise<FundsFacts> {
    this.#assertUp('wallet');
    return this.money;
  }

  async stock(): Promise<{ readonly known: StockFacts | undefined }> {
    this.#assertUp('products');
    return { known: this.goods };
  }

  async claim(): Promise<{ readonly known: ClaimFacts | undefined }> {
    this.#assertUp('cart');
    return { known: this.cart };
  }

  async receipts(): Promise<readonly Receipt[]> {
    this.#assertUp('cart');
    return this.heard;
  }

  async workflows(): Promise<readonly WorkflowRecord[]> {
    if (this.away.has('checkout'))
      throw new AppError('unavailable', 'TEMPORAL_UNAVAILABLE', 'the workflow service does not answer; try again');
    return this.runs;
  }

  async orderOfPayment(paymentId: string): Promise<string | undefined> {
    this.#assertUp('wallet');
    return this.payments.get(paymentId);
  }

  /** Clients of services that are all away, but for the order service. */
  clients(funds: Partial<RecordClients['funds']> = {}): RecordClients {
    const away = new Proxy({}, { get: () => () => Promise.reject(unreachable()) });
    const orders = {
      getOrderRecord: async ({ orderId }: { readonly orderId: string }) => {
        const { userId, ...order } = await this.order(orderId);
        return create(GetOrderRecordResponseSchema, { userId, order: orderToMessage({ userId, ...order }) });
      },
      searchOrders: async (request: SearchOrdersRequest) => {
        this.searched = request;
        const userId = request.userId === '' ? undefined : request.userId;
        const query = { userId, status: statusFromMessage(request.status), from: undefined, to: undefined };
        const { orders: found } = await this.search({ ...query, pageSize: 0, pageToken: '' });
        return create(SearchOrdersResponseSchema, { orders: found.map(orderToMessage), nextPageToken: 'the next' });
      },
    };
    return { orders, funds, stock: away, claims: away, workflows: away } as unknown as RecordClients;
  }

  #assertUp(part: Part): void {
    if (this.away.has(part)) throw unreachable();
  }
}

function unreachable(): AppError {
  return new AppError('unavailable', 'UPSTREAM_UNAVAILABLE', 'a service cannot be reached');
}

const started = Date.parse('2020-01-31T12:00:00.000Z');

/** So many milliseconds after the order was accepted. */
export const after = (ms: number): Date => new Date(started + ms);

export const fifteen = { currencyCode: 'USD', minorUnits: 1500n };

/** An order of 15.00 USD that was accepted and is PENDING. */
export function pendingFacts(changes: Partial<OrderFacts> = {}): OrderFacts {
  const usd = (minorUnits: bigint) => ({ currencyCode: 'USD', minorUnits });
  return {
    orderId: randomUUID(),
    userId: randomUUID(),
    status: 'PENDING',
    items: [
      { productId: randomUUID(), name: 'Lamp', quantity: 1, unitPrice: usd(1000n) },
      { productId: randomUUID(), name: 'Bulb', quantity: 2, unitPrice: usd(250n) },
    ],
    total: fifteen,
    failure: undefined,
    createTime: after(0),
    updateTime: after(0),
    changes: [{ status: 'PENDING', time: after(0), cause: 'checkout accepted' }],
    startTime: after(1),
    startAttempts: 0,
    nextRefundTime: undefined,
    events: [],
    ...changes,
  };
}

/** An order that ended after 100 ms. */
export function endedFacts(
  status: 'COMPLETED' | 'FAILED' | 'CANCELLED',
  cause: string,
  changes: Partial<OrderFacts> = {},
): OrderFacts {
  const pending = pendingFacts();
  const word = { COMPLETED: 'OrderCompleted', FAILED: 'OrderFailed', CANCELLED: 'OrderCancelled' }[status];
  return {
    ...pending,
    status,
    changes: [...pending.changes, { status, time: after(100), cause }],
    events: [publishedEvent(word)],
    ...changes,
  };
}

export function publishedEvent(name: string, changes: Partial<EventFacts> = {}): EventFacts {
  return {
    eventId: randomUUID(),
    type: `ecommerce.order.v1.${name}`,
    topic: 'ecommerce.orders.v1',
    writeTime: after(100),
    publishTime: after(150),
    firstPublishTime: undefined,
    attempts: 0,
    lastError: '',
    dead: false,
    nextAttemptTime: undefined,
    ...changes,
  };
}

export function workflowFacts(orderId: string, changes: Partial<WorkflowRecord> = {}): WorkflowRecord {
  return {
    workflowId: `checkout-${orderId}`,
    runId: randomUUID(),
    status: 'COMPLETED',
    startTime: after(2),
    closeTime: after(110),
    stage: '',
    pending: [],
    cancels: [],
    ...changes,
  };
}
