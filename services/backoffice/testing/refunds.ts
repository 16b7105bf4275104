import { create } from '@bufbuild/protobuf';
import { RefundResponseSchema } from '../../../proto/gen/ecommerce/order/internal/v1/refund_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { RefundClient } from '../adapters/refunds.ts';
import { orderToMessage } from '../convert/order.ts';
import type { Order } from '../domain/types.ts';
import type { Refunds } from '../ports.ts';
import { after, endedFacts, type FakeOrderRecords } from './order-records.ts';

interface Asked {
  readonly orderId: string;
  readonly cause: string;
}

/** Refunds the order of `FakeOrderRecords` as the order service does: keyed by the order, with the first cause. */
export class FakeRefunds implements Refunds {
  readonly asked: Asked[] = [];
  /** The next refund has its effect, and then throws this. */
  answerLost: Error | undefined;
  /** Thrown instead of any effect. */
  away: Error | undefined;
  /** Each refund waits for it. */
  gate: Promise<void> = Promise.resolve();
  readonly #records: FakeOrderRecords;

  constructor(records: FakeOrderRecords) {
    this.#records = records;
  }

  async refund({ orderId, cause }: Asked): Promise<Order> {
    this.asked.push({ orderId, cause });
    await this.gate;
    if (this.away !== undefined) throw this.away;
    const order = await this.#records.order(orderId);
    const status = 'CANCELLED';
    if (!order.changes.some((change) => change.status === 'COMPLETED'))
      throw new AppError('failed_precondition', 'ORDER_NOT_CANCELLABLE', 'the order has not completed');
    if (order.status === 'COMPLETED') {
      const changes = [...order.changes, { status, time: after(500), cause } as const];
      this.#records.facts = { ...order, status, changes, updateTime: after(500) };
    } else if (order.changes.at(-1)?.cause !== cause)
      throw new AppError('failed_precondition', 'ORDER_NOT_CANCELLABLE', 'the order was refunded before');
    const lost = this.answerLost;
    this.answerLost = undefined;
    if (lost !== undefined) throw lost;
    const { userId, items, total, failure, createTime, updateTime } = await this.#records.order(orderId);
    return { orderId, userId, status, items, total, failure, createTime, updateTime };
  }

  /** Makes the order of the records a completed one. */
  complete(): { readonly orderId: string; readonly userId: string } {
    this.asked.length = 0;
    this.#records.facts = endedFacts('COMPLETED', 'paid');
    return this.#records.facts;
  }

  /** The same refunds behind the client that the adapter uses. */
  client(): RefundClient {
    return {
      refund: async (request: Asked) =>
        create(RefundResponseSchema, { order: orderToMessage(await this.refund(request)) }),
    } as unknown as RefundClient;
  }
}
