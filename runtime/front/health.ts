import { html } from 'hono/html';
import type { ReadinessReport } from '../../platform/rpc/server/readiness.ts';
import { roles, rowOf, type Role } from '../registry.ts';
import { serversOf } from '../shared-checks.ts';

/** How a part of the platform is. `unused`: this process works without it, by its settings or by what it hosts. */
type PartState = 'ok' | 'degraded' | 'failed' | 'unused';

interface Part {
  readonly name: string;
  readonly state: PartState;
  /** The state for people. */
  readonly word: string;
  /** What follows from its state; empty if it is well. */
  readonly note: string;
}

/** What `/front/health.json` tells. It has names and states only: no addresses, no errors. */
export interface Health extends ReadinessReport {
  readonly summary: string;
  readonly servers: readonly Part[];
  readonly services: readonly Part[];
}

/** Whether each role that other processes host takes calls. */
export type Elsewhere = Readonly<Partial<Record<Role, boolean>>>;

/** The servers that the platform depends on, each with what is true while it is away. */
const servers = [
  ['postgres', 'Postgres', 'Nothing can be read or changed without it.'],
  ['redis', 'Redis', 'Reads are slower, and each process counts failed sign-ins by itself.'],
  ['kafka', 'Kafka', 'Events wait in the outbox and are sent later.'],
  ['temporal', 'Temporal', 'Accepted orders wait, and go on when it is back.'],
  ['worker', 'Checkout worker', 'Accepted orders wait until one runs.'],
] as const;

/** What is true where a server is not set up. The platform runs without these two. */
const notSetUp: Readonly<Record<string, string>> = {
  redis: 'Not set up: each process counts and caches by itself.',
  kafka: 'Not set up: events go to their readers within the process.',
};
const unknown = 'This process does not use it, so it cannot tell.';

const words: Readonly<Record<PartState, string>> = { ok: 'ok', degraded: 'away', failed: 'away', unused: '–' };

type Checks = readonly (readonly [check: string, outcome: string])[];

function worst(outcomes: readonly string[]): PartState {
  if (outcomes.length === 0) return 'unused';
  if (outcomes.includes('failed')) return 'failed';
  return outcomes.includes('degraded') ? 'degraded' : 'ok';
}

function serverPart(checks: Checks, [key, name, away]: (typeof servers)[number]): Part {
  // `<role>.<key>`, or `<role>.<key>.start` for what is needed only to start.
  const outcomes = checks.filter(([check]) => check.split('.')[1] === key).map(([, outcome]) => outcome);
  const state = worst(outcomes);
  const isUsed = checks.some(([check]) => serversOf(check.split('.')[0] ?? '').some((server) => server === key));
  const unused = (isUsed ? notSetUp[key] : undefined) ?? unknown;
  const notes = { ok: '', unused, degraded: away, failed: away };
  return { name, state, word: words[state], note: notes[state] };
}

/** Services that each call of a role needs. */
const callees: Readonly<Partial<Record<Role, readonly Role[]>>> = { checkout: ['cart', 'wallet', 'order'] };

function isAway(checks: Checks, role: Role, elsewhere: Elsewhere): boolean {
  return (
    elsewhere[role] === false || checks.some(([check, outcome]) => check.startsWith(`${role}.`) && outcome === 'failed')
  );
}

/** A service works while nothing that it needs fails. What it can do without for a while does not count. */
function servicePart(checks: Checks, role: Role, elsewhere: Elsewhere): Part[] {
  const { title: name } = rowOf(role);
  const own = checks.filter(([check]) => check.startsWith(`${role}.`)).map(([, outcome]) => outcome);
  const takesCalls = own.length > 0 ? !own.includes('failed') : elsewhere[role];
  if (takesCalls === undefined || role === 'worker') return [];
  const away = (callees[role] ?? [])
    .filter((callee) => isAway(checks, callee, elsewhere))
    .map((one) => rowOf(one).title);
  const state = takesCalls && away.length === 0 ? 'ok' : 'failed';
  const why = takesCalls ? `It needs what does not take calls now: ${away.join(', ')}.` : 'It does not take calls now.';
  return [{ name, state, word: words[state], note: state === 'ok' ? '' : why }];
}

function summaryOf(ready: boolean, parts: readonly Part[]): string {
  if (!ready) return 'Not ready: a part that it needs does not answer.';
  const isWhole = parts.every(({ state }) => state === 'ok' || state === 'unused');
  return isWhole ? 'Ready: it takes calls.' : 'Ready: it takes calls, but a part is away.';
}

/** @param elsewhere the roles that this process does not host */
export function healthOf(report: ReadinessReport, elsewhere: Elsewhere): Health {
  const checks = Object.entries(report.checks);
  const parts = servers.map((server) => serverPart(checks, server));
  const services = roles.flatMap((role) => servicePart(checks, role, elsewhere));
  return { ...report, summary: summaryOf(report.ready, [...parts, ...services]), servers: parts, services };
}

function rows(parts: readonly Part[]) {
  return parts.map(
    ({ name, state, word, note }) =>
      html`<li><span>${name}</span><strong class="${state}">${word}</strong><small class="quiet">${note}</small></li>`,
  );
}

/** The markup of the health. `script.ts` writes the same into it again. */
export function healthCard({ summary, servers: parts, services }: Health) {
  return html`<section class="wide" aria-labelledby="health">
    <h2 id="health">Health</h2>
    <p id="summary" role="status">${summary}</p>
    <div class="columns">
      <div>
        <h3>What it depends on</h3>
        <ul id="servers" class="checks">
          ${rows(parts)}
        </ul>
      </div>
      <div class="services">
        <h3>Services</h3>
        <ul id="services" class="checks">
          ${rows(services)}
        </ul>
      </div>
    </div>
    <p class="quiet">This is what the process that answered you sees.</p>
  </section>`;
}
