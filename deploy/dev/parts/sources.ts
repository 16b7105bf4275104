import type { Found, PartContext, Problem, Way } from '../supervisor/part.ts';

/** The sources of a part, in the order in which they are tried. */
const sourceOrder = ['environment', 'docker', 'machine', 'install'] as const;
type SourceName = (typeof sourceOrder)[number];

/** Why a source cannot provide the part on this machine, and how to change that. */
export interface Refusal {
  readonly reason: string;
  readonly fix: string;
}

export type Source = (context: PartContext) => Promise<Way | Refusal>;
export type Sources = Readonly<Partial<Record<SourceName, Source>>>;

/**
 * The first way that works. `ECOMMERCE_<PART>_FROM=environment|docker|machine|install` allows only one source. If none
 * works, the problem contains the reasons of all sources and the fix of the last.
 */
export async function firstWay(part: string, sources: Sources, context: PartContext): Promise<Found> {
  const variable = `ECOMMERCE_${part.toUpperCase()}_FROM`;
  const forced = context.callerEnv[variable];
  const order = sourceOrder.filter((name) => forced === undefined || forced === '' || forced === name);
  const refusals: Refusal[] = [];
  for (const name of order) {
    const source = sources[name];
    if (source === undefined) continue;
    const result = await source(context);
    if (!('reason' in result)) return { way: result };
    refusals.push(result);
  }
  return { problems: [asProblem(part, refusals, `${variable}=${forced ?? ''}`)] };
}

function asProblem(part: string, refusals: readonly Refusal[], setting: string): Problem {
  const last = refusals.at(-1);
  if (last === undefined) {
    const names = sourceOrder.join(', ');
    return { part, what: `${setting} does not name a source of ${part}`, fix: `Unset it, or use one of ${names}.` };
  }
  return { part, what: refusals.map(({ reason }) => reason).join('; '), fix: last.fix };
}

/** The refusal of the source `environment` if its variable is not set. */
export function notSet(variable: string, example: string): Refusal {
  return { reason: `${variable} is not set`, fix: `Set it to the address of a running server: ${variable}=${example}` };
}
