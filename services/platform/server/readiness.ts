import type { Service } from '../service.ts';

export interface ReadinessReport {
  readonly ready: boolean;
  /** By check, `<role>.<name>`: whether it answered. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

export interface Readiness {
  readonly report: () => Promise<ReadinessReport>;
  /** Open while doors are. */
  readonly setOpen: (open: boolean) => void;
  readonly isOpen: () => boolean;
}

const checkTimeoutMs = 2000;
const keepReportMs = 500;

async function passes(check: () => Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), checkTimeoutMs);
  try {
    return await Promise.race([check().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Asks the services' checks in parallel, 2 s each at most; a report serves for half a second of probes. */
export function createReadiness(services: readonly Service[], onFailure: (check: string) => void): Readiness {
  const checks = services.flatMap(({ role, checks }) =>
    Object.entries(checks).map(([name, check]) => ({ name: `${role}.${name}`, check })),
  );
  let open = false;
  let kept: { readonly results: Promise<ReadinessReport['checks']>; readonly untilMs: number } | undefined;

  async function run(): Promise<ReadinessReport['checks']> {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        const ok = await passes(check);
        if (!ok) onFailure(name);
        return [name, ok ? 'ok' : 'failed'] as const;
      }),
    );
    return Object.fromEntries(results);
  }

  return {
    report: async () => {
      if (kept === undefined || kept.untilMs < Date.now()) {
        kept = { results: run(), untilMs: Date.now() + keepReportMs };
      }
      const results = await kept.results;
      return { ready: open && Object.values(results).every((result) => result === 'ok'), checks: results };
    },
    setOpen: (value) => {
      open = value;
    },
    isOpen: () => open,
  };
}
