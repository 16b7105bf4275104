import { largestProcess, memoryGrowth } from '../bars.ts';
import { placeOf } from '../context.ts';
import { createNotes } from '../figures.ts';
import { processTree, residentMiB } from '../proc.ts';
import type { Platform } from '../stack/platform.ts';
import { timesOf } from '../statistics.ts';
import type { Row } from './row.ts';

const users = 16;
const sampleMs = 1000;
/** The first and the last samples that are compared. */
const share = 0.2;

/** Resident memory of each process of the platform while users check out. */
export const memory: Row = {
  name: 'memory',
  about: 'resident memory of each process under load, at first and at last (--seconds 600 for the bar)',
  async measure(context) {
    if (process.platform !== 'linux') throw new Error('memory is read from /proc, which only Linux has');
    const notes = createNotes();
    const platform = await context.platform();
    const { memory: length } = context.lengths;
    context.say(`checkouts for ${length.seconds} s`);
    const samples: number[][] = [];
    const sampling = setInterval(() => samples.push(memoryOf(platform)), sampleMs);
    const marks = { began: () => void samples.splice(0), ended: () => clearInterval(sampling) };
    try {
      const load = { place: placeOf(platform), users, items: 2, ...length } as const;
      const measured = await context.load.run('checkouts', load, marks);
      notes.failed('checkouts', measured.failures);
      notes.add('checkouts', measured.perSecond, '/s');
    } finally {
      clearInterval(sampling);
    }
    const largest = samples.map((each) => Math.max(...each));
    const part = Math.max(1, Math.floor(share * largest.length));
    const [first, last] = [largest.slice(0, part), largest.slice(-part)].map((some) => timesOf(some).p50);
    notes.add('processes', samples.at(-1)?.length ?? 0, 'count');
    notes.add(largestProcess, Math.max(...largest), 'MiB');
    notes.add('first', first ?? Number.NaN, 'MiB');
    notes.add('last', last ?? Number.NaN, 'MiB');
    notes.add(memoryGrowth(length.seconds), (last ?? Number.NaN) / (first ?? Number.NaN), 'ratio');
    return notes.findings();
  },
};

/** MiB of each of the platform's processes. */
function memoryOf(platform: Platform): number[] {
  return [...platform.ours().values()].flatMap((pid) => processTree(pid).map((member) => residentMiB(member.pid)));
}
