import { expect, test } from 'vitest';
import { readLogsOptions, select, show, splitLines } from './log-filter.ts';

const line = (time: string, fields: object) =>
  JSON.stringify({ level: 'info', time: `2026-01-02T03:04:${time}Z`, role: 'all', ...fields });

const order = '0b9f9a3e-4c1d-4e0a-9d5b-2f6c7a8b9c0d';

const app = [
  line('05.100', { orderId: order, requestId: 'r-1', userId: 'u-1', msg: 'checkout accepted' }),
  line('05.400', { orderId: order, traceId: 't-1', actorId: 'a-1', msg: 'order completed' }),
  line('05.450', { orderId: 'o-2', userId: 'u-1', level: 'warn', msg: 'step got no answer' }),
].join('\n');
const worker = [line('05.200', { orderId: order, requestId: 'r-1', msg: 'step done' }), '{"cut in the mid'].join('\n');
const postgres = 'LOG:  database system is ready to accept connections o-1\n';

const messages = (args: readonly string[]) =>
  select([app, worker, postgres], readLogsOptions(args).wanted).map(({ line: found }) => found?.msg);

test('the story of an order is in the order of time, whichever part wrote a line', () => {
  expect(messages(['--order', order])).toEqual(['checkout accepted', 'step done', 'order completed']);
});

test.each([
  [
    ['--request', 'r-1'],
    ['checkout accepted', 'step done'],
  ],
  [['--request', 't-1'], ['order completed']],
  [
    ['--user', 'u-1'],
    ['checkout accepted', 'step got no answer'],
  ],
  [['--user', 'a-1'], ['order completed']],
  [['--level', 'warn'], ['step got no answer']],
  [['--level', 'WARN'], ['step got no answer']],
  [['--user', 'U-1', '--level', 'Info', '--order', order.toUpperCase()], ['checkout accepted']],
  [['--request', 'T-1'], ['order completed']],
  [['--user', 'u-1', '--level', 'info', '--order', order], ['checkout accepted']],
])('%j finds %j', (args, found) => {
  expect(messages(args)).toEqual(found);
});

test('without a filter all lines are shown, also those of other programs, as they came', () => {
  const entries = select([postgres, app], readLogsOptions([]).wanted);
  expect(entries.map((entry) => show(entry, { json: true, inColour: false }))).toEqual([
    postgres.trim(),
    ...app.split('\n'),
  ]);
  expect(show(entries[1] ?? { text: '', line: undefined }, { json: false, inColour: false })).toBe(
    `03:04:05.100 INFO  [all] checkout accepted orderId="${order}" requestId="r-1" userId="u-1"`,
  );
});

test('the story of an order does not repeat its id in each line', () => {
  const { wanted } = readLogsOptions(['--order', order]);
  const [accepted] = select([app], wanted);
  expect(accepted && show(accepted, { json: false, inColour: false }, wanted)).toBe(
    '03:04:05.100 INFO  [all] checkout accepted requestId="r-1" userId="u-1"',
  );
});

test('a line of another program cannot steer the terminal; for programs it is as it came', () => {
  const [entry] = select(['LOG:  \u001b[31mred\u202e'], readLogsOptions([]).wanted);
  expect(entry && show(entry, { json: false, inColour: true })).toBe(String.raw`LOG:  \x1b[31mred\u202e`);
  expect(entry && show(entry, { json: true, inColour: true })).toBe(entry?.text);
});

test('a level that does not exist is refused', () => {
  expect(() => readLogsOptions(['--level', 'loud'])).toThrow('There is no level loud.');
});

test('a line that arrives in pieces is one line', () => {
  const lines: string[] = [];
  const take = splitLines((text) => lines.push(text));
  for (const piece of ['on', 'e\ntw', 'o\n']) take(Buffer.from(piece));
  expect(lines).toEqual(['one', 'two']);
});

test('an e-mail address is refused, because the log has the ids of users only', () => {
  expect(() => readLogsOptions(['--user', 'somebody@example.com'])).toThrow('only the ids of users');
});

test.each([
  order.toUpperCase(),
  `checkout-${order}`,
  `refund-${order}`,
  `http://127.0.0.1:8233/namespaces/default/workflows/checkout-${order}/11111111-2222-4333-8444-555555555555/history`,
])('%s is the order, as the command line takes it', (value) => {
  expect(messages(['--order', value])).toEqual(['checkout accepted', 'step done', 'order completed']);
});

test.each(['nonsense', order.slice(1), ''])('%j is no order, and the message says what is', (value) => {
  expect(() => readLogsOptions(['--order', value])).toThrow(
    /is not the id of an order: it is a UUID, also as checkout-/,
  );
});

test('who knows only the e-mail address of the buyer is told how to find the order', () => {
  const read = () => readLogsOptions(['--order', 'somebody@example.com']);
  expect(read).toThrow(expect.objectContaining({ suggestion: expect.stringContaining('order find somebody@') }));
});
