import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { checkoutTaskQueue } from '../workflows/contract/checkout.ts';
import { auditSchedule, auditWorkflow } from '../workflows/contract/audit.ts';

export interface AuditScheduleSettings {
  readonly taskQueue: string;
  /** Seconds between two audits; 0 for no schedule. */
  readonly everySeconds: number;
}

/**
 * More than the longest audit (6 hours) and its rest (nine times as long). It ends an audit that cannot go on, for
 * example because a former worker does not know its rest. While that is open, no other audit starts.
 */
const runTimeoutMs = 3 * 24 * 3_600_000;

/** The id of the schedule. Workers of another task queue (in tests) have another schedule. */
export function auditScheduleId(taskQueue: string): string {
  return taskQueue === checkoutTaskQueue ? auditSchedule : `${auditSchedule}-${taskQueue}`;
}

/**
 * Creates, updates or deletes the schedule of the audit, so that it matches the settings. Any number of workers may
 * call this at once. A schedule that an operator has paused stays paused.
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
    const { taskQueue, workflowRunTimeout } = action;
    const isOfThisVersion = taskQueue === settings.taskQueue && workflowRunTimeout === runTimeoutMs;
    if (every === 1000 * settings.everySeconds && isOfThisVersion) return;
    await handle.update((present) => ({ ...present, ...wanted }));
  } catch (error) {
    unlessUnknown(error);
    await schedule.create({ scheduleId, ...wanted, state: { triggerImmediately: true } }).catch(unlessThere);
  }
}

function scheduleOf(scheduleId: string, { taskQueue, everySeconds }: AuditScheduleSettings) {
  return {
    spec: { intervals: [{ every: 1000 * everySeconds }] },
    // An audit that is still running is not doubled, and missed audits are not made up for: the next one checks
    // everything.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
    action: {
      type: 'startWorkflow' as const,
      workflowType: auditWorkflow,
      workflowId: scheduleId,
      taskQueue,
      workflowRunTimeout: runTimeoutMs,
      args: [],
      staticSummary: 'Audit: do all invariants hold?',
      staticDetails:
        'Reads the databases of all services and the workflows, and changes nothing. The findings are below.',
    },
  };
}

function unlessUnknown(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}

function unlessThere(error: unknown): void {
  if (!(error instanceof ScheduleAlreadyRunning)) throw error;
}
