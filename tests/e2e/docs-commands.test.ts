import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { commandsIn, documentedCommands, filled, isAudit, wordsOf, type Documented } from './docs-commands/commands.ts';
import { cli, cliJson } from './drivers/cli.ts';
import { restDriver } from './drivers/rest.ts';
import { customerWithOrder } from './shop.ts';

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

  // cli-audit.test.ts runs the audits.
  const looks = documented.filter((each) => isRead(each) && !isAudit(each));
  test('is on many pages', () => {
    expect(looks.length).toBeGreaterThan(12);
    expect(looks.some(({ command }) => command.includes('<order id>'))).toBe(true);
  });

  test.each(looks)('runs: $command', async ({ command, pages }) => {
    const { code, output } = await cli(...wordsOf(filled(command, values)));
    // docs/support.md: 3 is for what is not found.
    expect(code, `${pages.join()}: ${output}`).toBe(command.includes('<event id>') ? 3 : 0);
    expect(output.trim()).not.toBe('');
  });
});
