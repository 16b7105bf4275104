import { Gauge, type Registry } from 'prom-client';
import type { Check, Service } from '../../service.ts';

export interface ReadinessReport {
  readonly ready: boolean;
  /** By check, `<role>.<name>`. `degraded`: the check failed, but the process can work without the dependency. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed' | 'degraded'>>;
}

export interface Readiness {
  readonly report: () => Promise<ReadinessReport>;
  /** True while the process takes calls and is not stopping. */
  readonly setOpen: (open: boolean) => void;
  readonly isOpen: () => boolean;
}

export interface ReadinessDeps {
  readonly services: readonly Pick<Service, 'role' | 'checks' | 'optionalChecks'>[];
  readonly registry: Registry;
  /** Called when a check fails or passes again. */
  readonly onChange: (check: string, outcome: 'ok' | 'failed' | 'degraded') => void;
}

/**
 * How long a check may take. A process that asks this one about its health waits for two seconds, so an optional check
 * that hangs must end before that.
 */
const checkTimeoutMs = { failed: 2000, degraded: 1500 } as const;
const keepReportMs = 500;

async function passes(check: Check, timeoutMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  try {
    return await Promise.race([check().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function named(services: ReadinessDeps['services']) {
  const of = (role: string, checks: Readonly<Record<string, Check>>, failure: 'failed' | 'degraded') =>
    Object.entries(checks).map(([name, check]) => ({ name: `${role}.${name}`, check, failure }));
  return services.flatMap(({ role, checks, optionalChecks = {} }) => [
    ...of(role, checks, 'failed'),
    ...of(role, optionalChecks, 'degraded'),
  ]);
}

/**
 * Runs the services' checks in parallel, for at most 2 s, and keeps a report for 0.5 s. Only required checks make the
 * process unready. If an optional one did, the load balancer would drop all replicas, and a small trouble would become
 * an outage. `dependency_up` shows every check.
 */
export function createReadiness({ services, registry, onChange }: ReadinessDeps): Readiness {
  const checks = named(services);
  const last = new Map<string, string>();
  let open = false;
  let kept: { readonly results: Promise<ReadinessReport['checks']>; readonly untilMs: number } | undefined;

  function asked(): Promise<ReadinessReport['checks']> {
    if (kept === undefined || kept.untilMs < performance.now()) {
      kept = { results: run(), untilMs: performance.now() + keepReportMs };
    }
    return kept.results;
  }

  const up = new Gauge({
    name: 'dependency_up',
    help: 'Whether the last check of a dependency passed, by check',
    labelNames: ['check'],
    registers: [registry],
    collect: async () => void (await asked()),
  });

  async function run(): Promise<ReadinessReport['checks']> {
    // Services of one process share a check of what they share, for example of Redis.
    const answers = new Map<Check, Promise<void>>();
    const shared = (check: Check): Check => {
      return () => {
        const answer = answers.get(check) ?? check();
        answers.set(check, answer);
        return answer;
      };
    };
    const results = await Promise.all(
      checks.map(async ({ name, check, failure }) => {
        const outcome = (await passes(shared(check), checkTimeoutMs[failure])) ? 'ok' : failure;
        up.set({ check: name }, outcome === 'ok' ? 1 : 0);
        if ((last.get(name) ?? 'ok') !== outcome) onChange(name, outcome);
        last.set(name, outcome);
        return [name, outcome] as const;
      }),
    );
    return Object.fromEntries(results);
  }

  return {
    report: async () => {
      const results = await asked();
      return { ready: open && Object.values(results).every((result) => result !== 'failed'), checks: results };
    },
    setOpen: (value) => {
      open = value;
    },
    isOpen: () => open,
  };
}

/** What the processes that share a port know together of the checks that a start waits for. */
export interface StartChecks {
  /** Whether all have passed in one of the processes. */
  readonly havePassed: () => boolean;
  /** All have passed in this process. */
  readonly passed: () => void;
}

/**
 * Makes a service's checks required until they have passed once, so that a start waits for them, and then optional.
 * @param together a process that replaces another one need not wait, since the whole has started
 */
export function neededToStart(service: Service, together?: StartChecks): Service {
  const passed = new Set<string>();
  const remembered = Object.entries(service.checks).map(([name, check]) => {
    const remember = async () => {
      await check();
      passed.add(name);
      if (passed.size === remembered.length) together?.passed();
    };
    const needed = () => (passed.has(name) || together?.havePassed() === true ? Promise.resolve() : remember());
    return { needed: [`${name}.start`, needed] as const, optional: [name, remember] as const };
  });
  return {
    ...service,
    checks: Object.fromEntries(remembered.map(({ needed }) => needed)),
    optionalChecks: {
      ...service.optionalChecks,
      ...Object.fromEntries(remembered.map(({ optional }) => optional)),
    },
  };
}
