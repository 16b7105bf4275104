import { toJson } from '@bufbuild/protobuf';
import {
  ExplainOrderResponseSchema,
  type ExplainOrderResponse,
  type ListOrdersResponse,
  type TimelineEntry,
} from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { visibleLine } from '../../platform/telemetry/visible.ts';
import type { UserApi } from '../api.ts';
import type { Context } from '../context.ts';
import { fold } from '../fold.ts';
import { time } from '../format.ts';
import { warnOfMore } from '../more.ts';
import { orderRow, orderTableOfBuyer } from '../order-row.ts';
import { printMany } from '../output.ts';
import { noOrderOf, userIdOf, userOf } from '../who.ts';
import { say, sayJson } from '../say.ts';

export interface ExplainOptions {
  readonly email: string;
  readonly password: string;
}

const lineWidth = 100;
const partWidth = 8;
const timeWidth = 12;
/** The order that is explained, and the others of the same buyer. */
const mostNamed = 11;

/**
 * Tells an order's story: the summary, what happened in the order of time, and which parts did not answer.
 * @param what the id of an order or of a payment of it, or an email address: then the newest order, and the others' names
 */
export async function explainOrder(context: Context, what: string, options: ExplainOptions): Promise<void> {
  const api = await context.signIn(options.email, options.password);
  const { orders, nextPageToken } = what.includes('@') ? await newestOf(api, what) : { orders: [], nextPageToken: '' };
  const [newest, ...others] = orders;
  const story = await api.admin.explainOrder({ orderId: newest?.orderId ?? what }, api.asUser);
  const buyer = story.userId === '' ? undefined : await userOf(api, story.userId).catch(() => undefined);
  const tellOthers = () => {
    if (nextPageToken === '') return;
    warnOfMore(context, `there are more orders of this buyer: \`order list --user ${what}\` lists them`);
  };
  if (context.json) {
    const told = {
      ...(toJson(ExplainOrderResponseSchema, story) as object),
      ...(buyer && { buyerEmail: buyer.email }),
    };
    sayJson(newest === undefined ? told : { ...told, otherOrders: others.map((order) => orderRow(order, buyer)) });
    tellOthers();
    return;
  }
  printStory(story, buyer?.email);
  if (others.length === 0) return;
  say('\nother orders of this buyer, newest first:');
  const rows = others.map((order) => orderRow(order, buyer));
  printMany(rows, false, orderTableOfBuyer);
  tellOthers();
}

type NewestOrders = Pick<ListOrdersResponse, 'orders' | 'nextPageToken'>;

/** The newest orders of a user. @throws CliError USER_NOT_FOUND, ORDER_NOT_FOUND if there is none */
async function newestOf(api: UserApi, email: string): Promise<NewestOrders> {
  const userId = await userIdOf(api, email);
  const page = await api.admin.listOrders({ userId, pageSize: mostNamed }, api.asUser);
  if (page.orders.length > 0) return page;
  throw noOrderOf(email);
}

function printStory({ orderId, userId, summary, timeline, missing }: ExplainOrderResponse, email?: string): void {
  say(`order ${orderId}`);
  if (userId !== '') say(`buyer ${userId}${email === undefined ? '' : `, ${visibleLine(email)}`}`);
  for (const line of fold(summary, lineWidth)) say(line);
  say();
  let day = '';
  for (const entry of timeline) {
    const [date = '', clock = ''] = time(entry.time).replace('Z', '').split('T');
    if (date !== day) say(date);
    day = date;
    printEntry(clock, entry);
  }
  if (missing.length > 0) say();
  for (const { part, reason, message } of missing)
    for (const line of fold(`missing: what ${part} knows: ${message} (${reason})`, lineWidth)) say(line);
}

function printEntry(clock: string, { part, text, time: at }: TimelineEntry): void {
  const begin = `${(at === undefined ? '' : clock).padEnd(timeWidth)}  ${part.padEnd(partWidth)}  `;
  const [first = '', ...others] = fold(text, lineWidth - begin.length);
  say(begin + first);
  for (const line of others) say(' '.repeat(begin.length) + line);
}
