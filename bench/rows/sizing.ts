import { placeOf, type Context } from '../context.ts';
import { measureCpu, readCpu } from '../cpu.ts';
import { createNotes, type Notes } from '../figures.ts';
import { callNames } from '../load/calls.ts';
import type { Platform } from '../stack/platform.ts';
import type { Measured } from '../statistics.ts';
import type { Marks } from '../window.ts';
import type { Row } from './row.ts';

const users = 16;
/** Less is noise, and would make the list long. */
const leastMs = 0.01;

/**
 * The processor time that each process spends on one call of each operation. A rate depends on the machine's cores and
 * its other load. Processor time depends on them far less, and tells how many calls one core can serve.
 */
export const sizing: Row = {
  name: 'sizing',
  about: 'processor time of each process for one call of each kind; with --roles of every role',
  onlyByName: true,
  async measure(context) {
    if (process.platform !== 'linux') throw new Error('processor time is read from /proc, which only Linux has');
    const notes = createNotes();
    if (context.roles) await context.withRolesApart((platform) => measureCalls(context, platform, notes));
    else await measureCalls(context, await context.platform(), notes);
    return notes.findings();
  },
};

async function measureCalls(context: Context, platform: Platform, notes: Notes): Promise<void> {
  const load = { place: placeOf(platform), users, ...context.lengths.load };
  const add = async (name: string, run: (marks: Marks) => Promise<Measured>) => {
    context.say(name);
    const cpu = measureCpu(() => readCpu(platform.ours(), platform.servers()));
    const measured = await run(cpu.marks);
    notes.failed(name, measured.failures);
    notes.add(name, measured.perSecond, '/s');
    for (const [part, ms] of Object.entries(cpu.each(measured.count)))
      if (ms >= leastMs) notes.add(`${name}: ${part}`, ms, 'ms');
  };
  await add('AddItem and checkout', (marks) => context.load.run('checkouts', { ...load, items: 1 }, marks));
  for (const call of callNames) await add(call, (marks) => context.load.run('calls', { ...load, call }, marks));
}
