import type { Context } from '../context.ts';
import { checksOf } from '../doctor-checks.ts';
import { runChecks, type Finding } from '../doctor.ts';
import { exitCodes } from '../exit.ts';
import { textOf } from '../failure.ts';
import { say, sayJson } from '../say.ts';

/** Checks every part from where the command runs, and says what mends it. The exit code is 4 if a part fails. */
export async function examine(context: Context, env: Readonly<NodeJS.ProcessEnv>): Promise<void> {
  const findings = await runChecks(checksOf(context, env), textOf);
  if (context.json) sayJson(findings);
  else for (const finding of findings) say(lineOf(finding));
  if (findings.some(({ state }) => state === 'fail')) process.exitCode = exitCodes.away;
}

function lineOf({ part, address, state, message, fix }: Finding): string {
  const place = address === '' ? part : `${part} at ${address}`;
  return `${state.padEnd('skip'.length)}  ${place}: ${message}${fix === '' ? '' : `; to mend it: ${fix}`}`;
}
