import { toJson } from '@bufbuild/protobuf';
import { ExplainOrderResponseSchema, type TimelineEntry } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import type { Context } from '../context.ts';
import { fold } from '../fold.ts';
import { time } from '../format.ts';

export interface ExplainOptions {
  readonly email: string;
  readonly password: string;
}

const lineWidth = 100;
const partWidth = 8;
const timeWidth = 12;

/** Tells an order's story: the summary, what happened in the order of time, and which parts did not answer. */
export async function explainOrder(context: Context, id: string, options: ExplainOptions): Promise<void> {
  const { admin, asUser } = await context.signIn(options.email, options.password);
  const story = await admin.explainOrder({ orderId: id }, asUser);
  if (context.json) {
    console.log(JSON.stringify(toJson(ExplainOrderResponseSchema, story)));
    return;
  }
  const { orderId, userId, summary, timeline, missing } = story;
  console.log(`order ${orderId}${userId === '' ? '' : `, buyer ${userId}`}`);
  for (const line of fold(summary, lineWidth)) console.log(line);
  console.log();
  let day = '';
  for (const entry of timeline) {
    const [date = '', clock = ''] = time(entry.time).replace('Z', '').split('T');
    if (date !== day) console.log(date);
    day = date;
    printEntry(clock, entry);
  }
  if (missing.length > 0) console.log();
  for (const { part, reason, message } of missing)
    for (const line of fold(`missing: ${part} did not answer: ${message} (${reason})`, lineWidth)) console.log(line);
}

function printEntry(clock: string, { part, text, time: at }: TimelineEntry): void {
  const begin = `${(at === undefined ? '' : clock).padEnd(timeWidth)}  ${part.padEnd(partWidth)}  `;
  const [first = '', ...others] = fold(text, lineWidth - begin.length);
  console.log(begin + first);
  for (const line of others) console.log(' '.repeat(begin.length) + line);
}
