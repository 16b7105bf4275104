import { CommanderError, type Command } from 'commander';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventId, eventIds, item, reason } from './arguments.ts';
import type { Context } from './context.ts';
import { CliError, exitCodes } from './exit.ts';
import { createProgram } from './program.ts';

const account = ['--email', 'somebody@example.com', '--password', 'secret'];
const id = randomUUID();
const uuid = 'must be a UUID';
const emailOrId = 'must be an email address or a UUID';
const iso4217 = 'in ISO 4217, such as USD';
const time = 'must be a time, for example 2030-01-31T12:00:00Z';
const whole = (least: number, most: number) => `must be a whole number from ${least} to ${most}`;
const wrongTimes = ['yesterday', '5', 'May 5', '2030-02-31T99:00Z', '2030/01/31', ''];
const wrongNumbers = ['many', '0x10', '1e1', '-1', '1.5', '', ' 5'];

interface Case {
  /** Where the value goes: `--flag` or `<argument>`. */
  readonly at: string;
  /** The command line, `?` for the value. */
  readonly line: readonly string[];
  readonly wrong: readonly string[];
  readonly says: string;
}

const orderIdOf = (...command: readonly string[]): Case => ({
  at: '<order-id>',
  line: [...command, '?'],
  wrong: ['nonsense', id.slice(1)],
  says: uuid,
});
const whoOf = (...command: readonly string[]): Case => ({
  at: '<e-mail|id>',
  line: [...command.slice(0, 2), '?', ...command.slice(2), ...account],
  wrong: ['nonsense'],
  says: emailOrId,
});
const option = (at: string, wrong: readonly string[], says: string, ...command: readonly string[]): Case => ({
  at,
  line: [...command, at, '?'],
  wrong,
  says,
});
const requestIdOf = (...command: readonly string[]) => option('--request-id', ['nonsense'], uuid, ...command);
const why = ['--reason', 'a test'];

const cases: readonly Case[] = [
  option('--item', ['', ':1', ' :2'], 'the exact name or the SKU', 'checkout', 'start', ...account),
  option('--item', [`${id}:0`, `${id}:many`, `${id}:101`, 'A pan:0'], whole(1, 100), 'checkout', 'start', ...account),
  requestIdOf('checkout', 'start', ...account),
  option('--wait', [...wrongNumbers, '9'], whole(0, 8), 'checkout', 'start', ...account),
  orderIdOf('checkout', 'status'),
  orderIdOf('checkout', 'watch'),
  orderIdOf('checkout', 'cancel'),
  option('--status', ['DONE', ''], 'must be one of RUNNING, COMPLETED, FAILED, CANCELLED', 'checkout', 'list'),
  option('--user', ['nonsense'], uuid, 'checkout', 'list'),
  option('--limit', [...wrongNumbers, '0', '10001'], whole(1, 10_000), 'checkout', 'list'),
  { at: '<checkouts>', line: ['checkout', 'load', '?', ...account], wrong: ['many', '0'], says: whole(1, 100_000) },
  option('--concurrency', [...wrongNumbers, '501'], whole(1, 500), 'checkout', 'load', '1', ...account),
  option('--since', wrongTimes, time, 'checkout', 'settle-lost'),
  orderIdOf('order', 'show'),
  { ...whoOf('order', 'explain'), at: '<id|e-mail>' },
  whoOf('order', 'find'),
  option('--limit', [...wrongNumbers, '201'], whole(1, 200), 'order', 'find', id, ...account),
  option('--user', ['nonsense'], emailOrId, 'order', 'list', ...account),
  option('--status', ['RUNNING'], 'must be one of PENDING, COMPLETED, FAILED, CANCELLED', 'order', 'list', ...account),
  option('--since', wrongTimes, time, 'order', 'list', ...account),
  option('--until', wrongTimes, time, 'order', 'list', ...account),
  option('--limit', [...wrongNumbers, '201'], whole(1, 200), 'order', 'list', ...account),
  { ...orderIdOf('order', 'refund'), line: ['order', 'refund', '?', ...why, ...account] },
  requestIdOf('order', 'refund', id, ...why, ...account),
  option('--limit', [...wrongNumbers, '0', '201'], whole(1, 200), 'products', 'list'),
  option('--format', ['xml'], 'must be one of csv, jsonl', 'products', 'import', 'x', ...account),
  option('--currency', ['dollars', 'XYZ'], iso4217, 'products', 'import', 'x.csv', ...account),
  option('--currency', ['XAU'], 'choose a currency such as USD', 'products', 'import', 'x.csv', ...account),
  { at: '<file>', line: ['products', 'import', '?', ...account], wrong: ['x.xml'], says: '--format csv' },
  whoOf('wallet', 'show'),
  ...['credit', 'debit'].flatMap((change): Case[] => [
    whoOf('wallet', change, '5', ...why),
    {
      at: '<amount>',
      line: ['wallet', change, id, '?', ...why, ...account],
      wrong: ['much', '0', '1.999', '1,99', '', '1000000000.01', '92233720368547758.08', '9'.repeat(40)],
      says: 'write it as 19.99, above 0, with at most 2 decimals, and at most 1000000000.00 USD',
    },
    option('--currency', ['dollars', '$', ''], iso4217, 'wallet', change, id, '5', ...why, ...account),
    requestIdOf('wallet', change, id, '5', ...why, ...account),
  ]),
  {
    at: '<e-mail|id>',
    line: ['user', 'find', '?', ...account],
    wrong: ['nonsense', id.slice(1)],
    says: 'must be an email address or a UUID',
  },
  ...['grant', 'revoke'].flatMap((change): Case[] => [
    whoOf('user', change, 'support', ...why),
    {
      at: '<role>',
      line: ['user', change, id, '?', ...why, ...account],
      wrong: ['boss', 'customer', ''],
      says: 'must be one of admin, support',
    },
    requestIdOf('user', change, id, 'support', ...why, ...account),
  ]),
  option('--user', ['nonsense'], emailOrId, 'audit-trail', ...account),
  option('--actor', ['nonsense'], emailOrId, 'audit-trail', ...account),
  option('--order', ['nonsense'], uuid, 'audit-trail', ...account),
  option('--action', ['wallet'], 'must be one of wallet.credit, wallet.debit, ', 'audit-trail', ...account),
  option('--limit', [...wrongNumbers, '201'], whole(1, 200), 'audit-trail', ...account),
  option('--hours', [...wrongNumbers, '8761'], whole(1, 8760), 'events', 'resend'),
  option('--order', ['nonsense'], uuid, 'events', 'tail'),
  option('--limit', [...wrongNumbers, '0'], whole(1, 1_000_000), 'events', 'tail'),
  option('--settled', [...wrongNumbers, '86401'], whole(0, 86_400), 'audit'),
  { at: '<shell>', line: ['completion', '?'], wrong: ['nushell'], says: 'must be one of bash, zsh, fish' },
];

/** Any text is right, or only the shop knows whether it is. */
const free = new Set(['--page-token', '--reason', '--search', '--email', '--password', '<id>', '[id...]']);

const untouched = new Proxy(
  { env: {}, json: false, asks: false },
  {
    get: (known, name) => {
      if (name in known) return known[name as keyof typeof known];
      throw new Error(`the command went on: it asks for ${String(name)}`);
    },
  },
) as unknown as Context;

/** @returns the exit code and the message of a wrong command line */
async function refusal(line: readonly string[]): Promise<{ code: number; message: string }> {
  const program = createProgram(
    (command) => command(untouched),
    () => undefined,
  );
  try {
    await program.parseAsync(line, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { code: exitCodes.usage, message: error.message };
    if (error instanceof CliError) return { code: error.exitCode, message: error.message };
    throw error;
  }
  throw new Error('the command took it');
}

describe.each(cases)('$line', ({ line, wrong, says }) => {
  test.each(wrong)('refuses %j, and says what it takes', async (value) => {
    const words = line.map((word) => (word === '?' ? value : word));
    // As `--flag=value`, since a value may begin with a dash.
    const flag = words.at(-2) ?? '';
    const given = line.at(-1) === '?' && flag.startsWith('--') ? [...words.slice(0, -2), `${flag}=${value}`] : words;
    expect(await refusal(given)).toEqual({ code: exitCodes.usage, message: expect.stringContaining(says) });
  });
});

/** Every place of a value, as `command <argument>` and `command --flag`. */
function placesOf(command: Command, path = ''): string[] {
  const named = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}${argument.variadic ? '...' : ''}]`,
  );
  const flags = command.options.filter(({ required, optional }) => required || optional).map(({ long }) => long ?? '');
  const own = [...named, ...flags].filter((at) => !free.has(at)).map((at) => `${path}${at}`);
  return [...own, ...command.commands.flatMap((child) => placesOf(child, `${path}${child.name()} `))];
}

test('this table has every argument and option that does not take any text', () => {
  const program = createProgram(
    async () => undefined,
    () => undefined,
  );
  const names = new Set(placesOf(program).map((place) => place.split(' ').slice(0, -1).join(' ')));
  const commandOf = ({ line }: Case) => [line.slice(0, 2).join(' '), line[0] ?? ''].find((name) => names.has(name));
  const known = new Set(cases.map((each) => `${commandOf(each)} ${each.at}`));
  expect(placesOf(program).filter((place) => !known.has(place))).toEqual([]);
});

test('an item is a product and its pieces; a name may have a colon', () => {
  const read = (value: string) => item(value, [])[0];
  expect(read(id)).toEqual({ product: id, quantity: 1 });
  expect(read(`${id}:3`)).toEqual({ product: id, quantity: 3 });
  expect(read('Frying Pan, Steel:2')).toEqual({ product: 'Frying Pan, Steel', quantity: 2 });
  expect(read('Salt: a History')).toEqual({ product: 'Salt: a History', quantity: 1 });
});

test('with --json the message is one object, which names the values', async () => {
  const run = promisify(execFile);
  const words = ['user', 'grant', id, 'boss', ...why, ...account, '--json'];
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...words];
  const ended = run(process.execPath, node, { cwd: join(import.meta.dirname, '..') });
  const { code, stdout, stderr } = (await ended.catch((error: unknown) => error)) as Record<string, unknown>;
  expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' });
  expect(JSON.parse(String(stderr))).toEqual({
    error: { reason: 'USAGE', message: expect.stringContaining('must be one of admin, support') },
  });
});

test('a reason that shows nothing counts as not given', () => {
  const option = reason();
  for (const blank of ['', '   ', '\u00A0\u00A0', '\u200B\u200B'])
    expect(option.parseArg?.(blank, 'not given')).toBe('not given');
  expect(option.parseArg?.('a leaked key', 'not given')).toBe('a leaked key');
  expect(option.defaultValue).toBe('not given');
});

test.each([
  ['order', 'refund', id, '--reason', '--yes', ...account],
  ['order', 'refund', id, '--reason=--yes', ...account],
  ['wallet', 'debit', id, '5', '--reason', '--yes', ...account],
  ['user', 'revoke', id, 'support', '--reason=--json', ...account],
  ['keys', 'rotate', '--reason', '--yes'],
  ['keys', 'rotate', '--reason=--yes'],
  ['order', 'list', '--email', '--password', 'secret'],
  ['products', 'list', '--search', '--limit', '5'],
])('an option is no value of the option before it (%#)', async (...line) => {
  expect(await refusal(line)).toEqual({ code: exitCodes.usage, message: expect.stringMatching(/missing/) });
});

test('the id of an event is taken in any case', () => {
  expect(eventId(id.toUpperCase())).toBe(id);
  expect(eventId('Of-another-SHOP')).toBe('Of-another-SHOP');
  expect(eventIds(id.toUpperCase(), eventIds('a', undefined))).toEqual(['a', id]);
});

test('a value may begin like an option after =, and a reason may not be one', async () => {
  const line = ['order', 'list', '--email=--x', '--password=--secret', '--limit', 'many'];
  expect((await refusal(line)).message).toContain(whole(1, 200));
});

test.each(['-- see ticket 7', '--yes, as agreed', '---'])(
  'whoever follows the hint can give the reason %j',
  async (why) => {
    const line = (...given: string[]) => ['wallet', 'credit', id, 'much', ...given, ...account];
    expect((await refusal(line('--reason', why))).message).toContain(
      'a value that begins with -- goes after --reason=',
    );
    expect((await refusal(line(`--reason=${why}`))).message).toContain('write it as 19.99');
  },
);
