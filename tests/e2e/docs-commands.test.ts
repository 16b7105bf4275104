import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { welcome } from '../../deploy/dev/ui/welcome.ts';
import { eventually, until } from '../../platform/testing/eventually.ts';
import { commandsIn, documentedCommands, filled, wordsOf, type Documented } from './docs-commands/commands.ts';
import { cli, cliJson } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { customerWithOrder, fundedCustomer } from './shop.ts';

/** What only looks, or only tells what it would do. */
const reads = [
  /^audit(?: |$)/,
  /^audit-trail(?: |$)/,
  /^checkout (?:list|status|watch)\b/,
  /^checkout settle-lost --dry-run$/,
  /^completion \w+$/,
  /^doctor$/,
  /^events dead (?:list|show)\b/,
  /^keys list$/,
  /^order (?:explain|find|list|show)\b/,
  /^products list\b/,
  /^user find\b/,
  /^wallet show\b/,
];
/** What changes something, or needs a file. Other tests run these: cli.test.ts, import.test.ts, those beside the code. */
const changes = [
  /^checkout (?:start|cancel|load)\b/,
  /^checkout settle-lost$/,
  /^events (?:resend|dead replay)\b/,
  /^keys rotate\b/,
  /^order refund\b/,
  /^products import\b/,
  /^user (?:grant|revoke)\b/,
  /^wallet (?:credit|debit)\b/,
];

const documented = documentedCommands();
const isRead = ({ command }: Documented) => reads.some((each) => each.test(command));

test('commands are found in spans and blocks of code, without remarks, one for each choice', () => {
  const page = 'Run `npm run cli -- audit`.\n```bash\nnpm run cli -- order show <order id>   # its lines\n```\n`cli x`';
  expect(commandsIn(page)).toEqual(['order show <order id>', 'audit']);
  expect(commandsIn('`kubectl exec x -- node cli/main.ts keys list|rotate`')).toEqual(['keys list', 'keys rotate']);
  expect(wordsOf('user find "two words" \'and three\' x')).toEqual(['user', 'find', 'two words', 'and three', 'x']);
});

test('every command of the pages is known to this test: it looks, or it changes something', () => {
  const unknown = documented.filter((each) => !isRead(each) && !changes.some((change) => change.test(each.command)));
  expect(unknown).toEqual([]);
});

interface Explained {
  readonly timeline: readonly { readonly kind: string; readonly fields?: Readonly<Record<string, string>> }[];
}

test('the first command of the first screen and of the README runs as it is', async () => {
  const urls = { api: 'http://127.0.0.1:8000' };
  const onScreen = /npm run cli -- (checkout start .*)/.exec(welcome({ env: {}, urls }))?.[1] ?? '';
  expect(documented.map(({ command }) => command)).toContain(onScreen);
  const { email, password } = await fundedCustomer(restDriver(), 100_000);
  const { code, output } = await cli(...wordsOf(onScreen), '--email', email, '--password', password);
  expect(output).toMatch(/^state +CHECKOUT_STATE_SUCCEEDED$/m);
  expect(code).toBe(0);
});

/** Buys something. Gives what the placeholders of the pages stand for. */
async function purchase(): Promise<Readonly<Record<string, string>>> {
  const { customer, orderId } = await customerWithOrder(restDriver());
  const { userId, email } = await customer.me();
  const paidBy = ({ timeline }: Explained) =>
    timeline.find(({ kind }) => kind === 'funds.captured')?.fields?.['transaction_id'];
  const story = await eventually(
    'the payment',
    () => cliJson<Explained>('order', 'explain', orderId),
    (told) => paidBy(told) !== undefined,
  );
  return {
    'order id': orderId,
    'payment id': paidBy(story) ?? '',
    'user id': userId,
    'e-mail': email,
    'e-mail or id': email,
    // A platform without faults has no dead event.
    'event id': randomUUID(),
  };
}

describe('a command of the pages that only looks', () => {
  let values: Readonly<Record<string, string>>;
  beforeAll(async () => {
    values = await purchase();
  });

  const looks = documented.filter(isRead);
  test('is on many pages', () => {
    expect(looks.length).toBeGreaterThan(12);
    expect(looks.some(({ command }) => command.includes('<order id>'))).toBe(true);
  });

  test.each(looks)('runs: $command', async ({ command, pages }) => {
    const run = () => cli(...wordsOf(filled(command, values)));
    // An audit of everything finds what other tests have begun a moment ago, and not yet ended.
    const isAudit = command.startsWith('audit --');
    const { code, output } = await (isAudit ? until(run, (ended) => ended.code === 0) : run());
    // docs/support.md: 3 is for what is not found.
    expect(code, `${pages.join()}: ${output}`).toBe(command.includes('<event id>') ? 3 : 0);
    expect(output.trim()).not.toBe('');
  });
});
