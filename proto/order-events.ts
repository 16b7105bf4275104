import { z } from 'zod';

/** The topic of the events about ended orders. */
export const ordersTopic = 'ecommerce.orders.v1';
export const ordersSource = '/ecommerce/order';

export const orderEventTypes = {
  completed: 'ecommerce.order.v1.OrderCompleted',
  failed: 'ecommerce.order.v1.OrderFailed',
  cancelled: 'ecommerce.order.v1.OrderCancelled',
} as const;
export type OrderEventType = (typeof orderEventTypes)[keyof typeof orderEventTypes];

/** Data of the three order events, as JSON. 64-bit integers are decimal strings. */
export const orderEventSchema = z.object({
  orderId: z.uuid(),
  userId: z.uuid(),
  /** `COMPLETED`, `FAILED` or `CANCELLED`. */
  status: z.enum(['COMPLETED', 'FAILED', 'CANCELLED']),
  items: z.array(z.object({ productId: z.uuid(), quantity: z.int() })),
  total: z.object({ currencyCode: z.string(), minorUnits: z.string() }),
  /** Version of the cart whose lines were bought. */
  cartVersion: z.string(),
  failure: z
    .object({ reason: z.string(), message: z.string(), metadata: z.record(z.string(), z.string()).optional() })
    .optional(),
  /** RFC 3339. */
  occurTime: z.string(),
});

const about = z.object({ userId: z.string().optional().catch(undefined) }).catch({});

/** The ids of an order's event, for the log, whatever its data are. */
export function subjectOfOrderEvent({ subject, data }: { readonly subject: string; readonly data: unknown }) {
  return { orderId: subject, userId: about.parse(data).userId };
}

export type OrderEventData = z.infer<typeof orderEventSchema>;
