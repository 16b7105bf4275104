/** What the audit's schedule, workflow and activity agree on. Plain JSON, no runtime imports. */

export const auditWorkflow = 'audit';
/** Id of the schedule; runs are `audit-<time>`. */
export const auditSchedule = 'audit';

/** One finding: an invariant that does not hold, or something that is late. */
export interface AuditConcern {
  readonly id: string;
  /** The invariant in one sentence. */
  readonly name: string;
  /** How many rows break it. */
  readonly count: number;
  /** The first of these rows, as JSON. */
  readonly example: string;
}

export interface AuditSummary {
  /** How many invariants were checked. */
  readonly checked: number;
  readonly broken: readonly AuditConcern[];
  readonly late: readonly AuditConcern[];
  /** How long it took. Audits of former versions do not tell it. */
  readonly seconds?: number;
}

export interface MaintenanceActivities {
  /** Checks every invariant; changes nothing. */
  readonly auditBooks: () => Promise<AuditSummary>;
}
