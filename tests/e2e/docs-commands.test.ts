import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { welcome } from '../../deploy/dev/ui/welcome.ts';
import { eventually } from '../../platform/testing/eventually.ts';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import {
  commandsIn,
  documentedCommands,
  filled,
  isAudit,
  pages,
  wordsOf,
  type Documented,
} from './docs-commands/commands.ts';
import { cliNotHere, shellNotHere, type NotHere } from './docs-commands/elsewhere.ts';
import { blocksOf, linesOf, pagesRunElsewhere, runScript, scripts, textOf } from './docs-commands/scripts.ts';
import { cli, cliJson, cliWith } from './drivers/cli.ts';
import { baseUrl } from './drivers/driver.ts';
import { restDriver } from './drivers/rest.ts';
import { admin, customerWithOrder, fundedCustomer } from './shop.ts';

/** What only looks, or only tells what it would do. */
const reads = [
  /^audit(?: |$)/,
  /^audit-trail(?: |$)/,
  /^checkout (?:list|status|watch)\b/,
  /^checkout settle-lost --dry-run$/,
  /^cart show$/,
  /^completion \w+$/,
  /^doctor$/,
  /^events dead (?:list|show)\b/,
  /^keys list$/,
  /^order (?:explain|find|list|show)\b/,
  /^products list\b/,
  /^user find\b/,
  /^wallet show\b/,
];
/** What changes something, with what it prints. */
const changes: readonly { readonly like: RegExp; readonly says: RegExp; readonly code?: number }[] = [
  { like: /^cart clear$/, says: /the cart is empty/ },
  { like: /^checkout start\b/, says: /SUCCEEDED/ },
  // The order has ended, and the command tells what to do instead.
  { like: /^checkout cancel\b/, says: /order refund/, code: 1 },
  { like: /^checkout load 100\b/, says: /100/ },
  { like: /^events (?:resend|dead replay)\b/, says: /./ },
  { like: /^order refund\b/, says: /CANCELLED/ },
  { like: /^products import \S+ --dry-run/, says: /created/ },
  { like: /^products import \S+$/, says: /created/ },
  { like: /^user grant\b/, says: /support/ },
  { like: /^user revoke\b/, says: /customer/ },
  { like: /^wallet (?:credit|debit)\b/, says: /USD/ },
];

const documented = documentedCommands();
const isRead = ({ command }: Documented) => reads.some((each) => each.test(command));
const changeOf = ({ command }: Documented) => changes.find(({ like }) => like.test(command));
const isIn = (list: readonly NotHere[], command: string) => list.some(({ like }) => like.test(command));

test('commands are found in spans and blocks of code, without remarks, one for each choice', () => {
  const page = 'Run `npm run cli -- audit`.\n```bash\nnpm run cli -- order show <order id>   # its lines\n```\n`cli x`';
  expect(commandsIn(page)).toEqual(['order show <order id>', 'audit']);
  expect(commandsIn('`kubectl exec x -- node cli/main.ts keys list|rotate`')).toEqual(['keys list', 'keys rotate']);
  expect(wordsOf('user find "two words" \'and three\' x')).toEqual(['user', 'find', 'two words', 'and three', 'x']);
});

test('every command of the pages is run here, or is on the list of those that are not', () => {
  const isKnown = (each: Documented) => [isRead(each), changeOf(each), isIn(cliNotHere, each.command)].filter(Boolean);
  expect(documented.filter((each) => isKnown(each).length !== 1)).toEqual([]);
});

/** Lines of shell that are neither run as a script nor commands of the command line. */
const shellLines = pages
  .filter((page) => !pagesRunElsewhere.includes(page))
  .flatMap((page) => blocksOf(page).filter((block) => !scripts.some((script) => textOf(script) === block)))
  .flatMap(linesOf)
  .filter((line) => commandsIn(`\`${line}\``).length === 0);

test('every line of shell of the pages is run, or is on the list of those that are not', () => {
  expect(shellLines.length).toBeGreaterThan(50);
  expect(shellLines.filter((line) => !isIn(shellNotHere, line))).toEqual([]);
});

test('the lists name nothing that no page has any more', () => {
  const unused = [
    ...cliNotHere.filter(({ like }) => !documented.some(({ command }) => like.test(command))),
    ...shellNotHere.filter(({ like }) => !shellLines.some((line) => like.test(line))),
    ...changes.filter(({ like }) => !documented.some(({ command }) => like.test(command))),
  ];
  expect(unused).toEqual([]);
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
  expect(output).toMatch(/^state +SUCCEEDED$/m);
  expect(code).toBe(0);
});

/** A customer of the test's own who buys something. Gives what the placeholders of the pages stand for. */
async function purchase() {
  const { customer, orderId } = await customerWithOrder(restDriver());
  const { userId, email } = await customer.me();
  const paidBy = ({ timeline }: Explained) =>
    timeline.find(({ kind }) => kind === 'funds.captured')?.fields?.['transaction_id'];
  const story = await eventually(
    'the payment',
    () => cliJson<Explained>('order', 'explain', orderId),
    (told) => paidBy(told) !== undefined,
  );
  const { productId } = await (await admin(restDriver())).createProduct({ priceMinor: 100, pieces: 10 });
  const values: Readonly<Record<string, string>> = {
    'order id': orderId,
    'product id': productId,
    'payment id': paidBy(story) ?? '',
    'user id': userId,
    'e-mail': email,
    'e-mail or id': email,
    // A platform without faults has no dead event.
    'event id': randomUUID(),
  };
  return { customer, values };
}

describe('a command of the pages that only looks', () => {
  let values: Readonly<Record<string, string>>;
  beforeAll(async () => {
    ({ values } = await purchase());
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

/** The changes of each page in the page's order. A command that several pages have is run for the first of them. */
const changesOfPages = pages.flatMap((page) => {
  const own = documented.filter((each) => each.pages[0] === page && changeOf(each) !== undefined);
  return own.length === 0 ? [] : [{ page, own }];
});

describe.each(changesOfPages)('the commands of $page that change something', ({ own }) => {
  let buyer: Awaited<ReturnType<typeof purchase>>;
  const folder = mkdtempSync(join(tmpdir(), 'ecommerce-docs-'));
  const catalog = join(folder, 'catalog.csv');
  beforeAll(async () => {
    buyer = await purchase();
    await buyer.customer.topUp(100_000);
    writeFileSync(catalog, `sku,name,price,currency\ndocs-${randomUUID()},A lamp,12.50,USD\n`);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    // Until old events are published again, an audit finds that they wait.
    await eventually(
      'an audit that finds nothing',
      () => cli('audit', '--no-workflows'),
      ({ code }) => code === 0,
      { withinMs: 60_000, everyMs: 1000 },
    );
  }, 90_000);

  test.each(own)('run: $command', { timeout: 120_000 }, async (documentedOne) => {
    const { customer, values } = buyer;
    const words = wordsOf(filled(documentedOne.command, values)).map((word) =>
      word === 'catalog.csv' ? catalog : word,
    );
    const settings = { DEMO_EMAIL: customer.email, DEMO_PASSWORD: customer.password };
    const { code, output } = await cliWith(settings, ...words);
    const { says, code: expected = 0 } = changeOf(documentedOne) ?? { says: /./ };
    expect(code, output).toBe(expected);
    expect(output).toMatch(says);
  });
});

describe('a script of the pages buys something', () => {
  const [readme, deploy] = scripts;

  test('README.md, as a customer', async () => {
    const { email, password } = await fundedCustomer(restDriver(), 1_000_000);
    const printed = await runScript(readme, {
      'http://127.0.0.1:8000': baseUrl(),
      'demo@example.com': email,
      'demo-development-only': password,
    });
    expect(printed).toContain('CHECKOUT_STATE_SUCCEEDED');
  });

  test('docs/deploy.md, as an administrator and a new customer', async () => {
    const { email, password } = adminCredentials();
    const instead = {
      'https://api.your-domain.com': baseUrl(),
      'me@example.com': `${randomUUID()}@example.com`,
      'admin@example.com': email,
      'mug-1': `mug-${randomUUID()}`,
    };
    expect(await runScript(deploy, instead, { SECRET: password })).toContain('CHECKOUT_STATE_SUCCEEDED');
  });
});
