import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { checkoutTaskQueue } from '../workflows/contract/checkout.ts';
import { auditSchedule, auditWorkflow } from '../workflows/contract/audit.ts';

export interface AuditScheduleSettings {
  readonly taskQueue: string;
  /** 0 for no schedule. */
  readonly everySeconds: number;
}

/** Workers of another queue, as tests have them, have a schedule of their own. */
export function auditScheduleId(taskQueue: string): string {
  return taskQueue === checkoutTaskQueue ? auditSchedule : `${auditSchedule}-${taskQueue}`;
}

/**
 * Sees to it that the audit runs as often as the settings say; any number of workers may ask for it at once. One that
 * an operator has paused stays paused.
 */
export async function ensureAuditSchedule({ schedule }: Client, settings: AuditScheduleSettings): Promise<void> {
  const scheduleId = auditScheduleId(settings.taskQueue);
  const handle = schedule.getHandle(scheduleId);
  if (settings.everySeconds === 0) {
    await handle.delete().catch(unlessUnknown);
    return;
  }
  const wanted = scheduleOf(scheduleId, settings);
  try {
    const { spec, action } = await handle.describe();
    const every = spec.intervals?.[0]?.every;
    if (every === 1000 * settings.everySeconds && action.taskQueue === settings.taskQueue) return;
    await handle.update((present) => ({ ...present, ...wanted }));
  } catch (error) {
    unlessUnknown(error);
    await schedule.create({ scheduleId, ...wanted, state: { triggerImmediately: true } }).catch(unlessThere);
  }
}

function scheduleOf(scheduleId: string, { taskQueue, everySeconds }: AuditScheduleSettings) {
  return {
    spec: { intervals: [{ every: 1000 * everySeconds }] },
    // A missed audit is made up for by the next; two at once would only be slower.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
    action: {
      type: 'startWorkflow' as const,
      workflowType: auditWorkflow,
      workflowId: scheduleId,
      taskQueue,
      args: [],
      staticSummary: 'Audit: do all promises hold?',
      staticDetails: 'Reads every service’s books and the workflows, and changes nothing. What it finds stands below.',
    },
  };
}

function unlessUnknown(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}

function unlessThere(error: unknown): void {
  if (!(error instanceof ScheduleAlreadyRunning)) throw error;
}
