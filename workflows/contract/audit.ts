/** What the audit's schedule, workflow and activity agree on. Plain JSON, no runtime imports. */

export const auditWorkflow = 'audit';
/** Id of the schedule; runs are `audit-<time>`. */
export const auditSchedule = 'audit';

/** One promise that does not hold, or something that is late. */
export interface AuditConcern {
  readonly id: string;
  /** The promise in one sentence. */
  readonly name: string;
  readonly count: number;
  /** The first of them, as JSON. */
  readonly example: string;
}

export interface AuditSummary {
  /** How many promises were checked. */
  readonly checked: number;
  readonly broken: readonly AuditConcern[];
  readonly late: readonly AuditConcern[];
}

export interface MaintenanceActivities {
  /** Checks every promise; changes nothing. */
  readonly auditBooks: () => Promise<AuditSummary>;
}
