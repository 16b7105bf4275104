import { z } from 'zod';
import { activityModes, checkoutTaskQueue, type ActivityMode, type CheckoutInput } from '../contract/checkout.ts';

export interface CheckoutSettings {
  /** How forward steps are tried first (rule S25). A change of it does not reach checkouts that run already. */
  readonly activityMode: ActivityMode;
  /** Seconds until hold and reservation expire (rule S39). */
  readonly ttlSeconds: number;
  /** Seconds from the workflow's start within which a capture is accepted (rule S7). */
  readonly captureWindowSeconds: number;
  readonly taskQueue: string;
  /** Only tests set it, to shorten the pauses between attempts. */
  readonly policy?: NonNullable<CheckoutInput['policy']>;
}

export const defaultCheckoutSettings: CheckoutSettings = {
  activityMode: 'grouped',
  ttlSeconds: 900,
  captureWindowSeconds: 600,
  taskQueue: checkoutTaskQueue,
};

const { activityMode, ttlSeconds, captureWindowSeconds, taskQueue } = defaultCheckoutSettings;
// Rule S7: hold and reservation outlive the capture window by the give-up time (60 s), one call, and clocks that
// differ.
const marginSeconds = 70;

const schema = z
  .object({
    CHECKOUT_ACTIVITY_MODE: z.enum(activityModes).default(activityMode),
    CHECKOUT_TTL_SECONDS: z.coerce.number().int().min(1).max(86_400).default(ttlSeconds),
    CHECKOUT_CAPTURE_WINDOW_SECONDS: z.coerce.number().int().min(1).max(86_400).default(captureWindowSeconds),
    TEMPORAL_TASK_QUEUE: z.string().min(1).default(taskQueue),
  })
  .refine((read) => read.CHECKOUT_CAPTURE_WINDOW_SECONDS + marginSeconds <= read.CHECKOUT_TTL_SECONDS, {
    path: ['CHECKOUT_CAPTURE_WINDOW_SECONDS'],
    message: `must be at least ${marginSeconds} s below CHECKOUT_TTL_SECONDS`,
  });

/** How this process starts checkouts. @throws ZodError that names each bad setting */
export function readCheckoutSettings(env: Readonly<Record<string, string | undefined>>): CheckoutSettings {
  const read = schema.parse(env);
  return {
    activityMode: read.CHECKOUT_ACTIVITY_MODE,
    ttlSeconds: read.CHECKOUT_TTL_SECONDS,
    captureWindowSeconds: read.CHECKOUT_CAPTURE_WINDOW_SECONDS,
    taskQueue: read.TEMPORAL_TASK_QUEUE,
  };
}
