import { parseArgs } from 'node:util';
import { UsageFailure } from '../deploy/dev/bootstrap/failure.mjs';
import { wholeNumber } from '../deploy/dev/commands/whole-number.ts';
import { guardedRows, guardSettings } from './guard.ts';
import type { Settings } from './stack/stacks.ts';

export interface Options {
  readonly help: boolean;
  /** Names of rows. Empty: all that belong to the bars. */
  readonly rows: readonly string[];
  /** Where the JSON document goes; `-` is standard output. */
  readonly json: string | undefined;
  /** The file with an earlier run. */
  readonly compare: string | undefined;
  readonly seconds: number | undefined;
  readonly users: readonly number[] | undefined;
  readonly roles: boolean;
  readonly settings: Settings;
  readonly short: boolean;
  /** Measures what guard.ts has recorded, and fails if something got worse. */
  readonly guard: boolean;
}

const optionsOfBench = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'string' },
  compare: { type: 'string' },
  seconds: { type: 'string' },
  users: { type: 'string' },
  roles: { type: 'boolean' },
  set: { type: 'string', multiple: true },
  short: { type: 'boolean' },
  guard: { type: 'boolean' },
} as const;

const longestSeconds = 600;
const mostUsers = 256;
export const standardOutput = '-';

/** @throws UsageFailure with what is wrong and what can be said instead */
export function readOptions(args: readonly string[], knownRows: readonly string[]): Options {
  const { values, positionals } = parsed(withJsonPath(args));
  const unknown = positionals.filter((name) => !knownRows.includes(name));
  if (unknown.length > 0)
    throw new UsageFailure(`There is no row ${unknown.join(', ')}.`, { suggestion: `Use ${knownRows.join(', ')}.` });
  const guard = values.guard ?? false;
  if (guard && positionals.length > 0)
    throw new UsageFailure('--guard chooses its rows itself.', { suggestion: 'npm run bench -- --guard' });
  return {
    help: values.help ?? false,
    rows: guard ? guardedRows : positionals,
    json: values.json,
    compare: values.compare,
    seconds: values.seconds === undefined ? undefined : wholeNumber('--seconds', values.seconds, longestSeconds),
    users: values.users?.split(',').map((text) => wholeNumber('--users', text, mostUsers)),
    roles: values.roles ?? false,
    settings: { ...(guard ? guardSettings : {}), ...settingsIn(values.set ?? []) },
    short: values.short ?? false,
    guard,
  };
}

/** `--json` alone means standard output. A path ends in `.json`, so that it cannot be the name of a row. */
function withJsonPath(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    if (arg !== '--json') return arg;
    const next = args[index + 1];
    return next !== undefined && next.endsWith('.json') ? arg : `--json=${standardOutput}`;
  });
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionsOfBench, allowPositionals: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageFailure(message, { suggestion: 'npm run bench -- --help', cause });
  }
}

function settingsIn(pairs: readonly string[]): Settings {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (!/^[A-Z][A-Z0-9_]*$/.test(pair.slice(0, Math.max(0, at))))
        throw new UsageFailure(`--set ${pair} is not NAME=value.`, { suggestion: '--set PG_POOL_SIZE=20' });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** @param rows name and one line of each row */
export function helpText(rows: readonly { readonly name: string; readonly about: string }[]): string {
  return `npm run bench [-- <row>… options]: measures the platform on real servers and judges each figure that has a bar.

Absolute figures differ between machines. Ratios from one run can be compared. The exit code is 1 if operations failed;
a bar that is not reached does not change it.

Rows:
${rows.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

Options:
  --json [file.json]   also write the figures as JSON; without a file to standard output, and the text to standard error
  --compare file.json  show the figures beside those of an earlier run
  --seconds N          length of each load (default 10; mixed, memory and idle 60, reads 6)
  --users 1,16,64      users at once, for checkout, reads and login
  --roles              measure cpu also, and sizing only, with every role as a process behind the gateway (needs nginx)
  --set NAME=value     a setting of the platform; may be repeated
  --short              a rough run of about 90 seconds that shows that everything works
  --guard              a run of one to two minutes that fails if a figure got worse than the recorded one (guard.ts)
`;
}
