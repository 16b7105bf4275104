import { cpuApart, cpuOneProcess } from '../bars.ts';
import { oneProcess, type Context, type Costed } from '../context.ts';
import { lowerOf, sumOf } from '../cpu.ts';
import { createNotes, type Notes } from '../figures.ts';
import type { Platform } from '../stack/platform.ts';
import type { Row } from './row.ts';

const users = 16;

/**
 * The processor time of a cycle, by process. Both counts have all servers that the work needs, but not the load. Each is
 * the lower of two measurements.
 */
export const cpu: Row = {
  name: 'cpu',
  about: 'processor time of a checkout cycle by process, compared with an empty workflow (--roles: roles apart, too)',
  async measure(context) {
    if (process.platform !== 'linux') throw new Error('processor time is read from /proc, which only Linux has');
    const notes = createNotes();
    const empty = lowerOf(await context.emptyWorkflows(users), await context.emptyWorkflows(users, 2));
    if (empty.cpu['temporal'] === undefined) throw new Error('Temporal must be a process that the launcher starts');
    add(notes, 'empty workflow', empty);
    const cycles = await cyclesIn(context, await context.platform(oneProcess));
    add(notes, 'cycle', cycles);
    notes.add('cycle: load (not counted)', cycles.loadMs, 'ms');
    notes.add(cpuOneProcess, sumOf(cycles.cpu) / sumOf(empty.cpu), 'ratio');
    if (context.roles) {
      const apart = await context.withRolesApart((platform) => cyclesIn(context, platform));
      add(notes, 'cycle, roles apart', apart);
      notes.add(cpuApart, sumOf(apart.cpu) / sumOf(empty.cpu), 'ratio');
    }
    return notes.findings();
  },
};

async function cyclesIn(context: Context, platform: Platform): Promise<Costed> {
  return lowerOf(await context.cyclesOn(platform, 2, users), await context.cyclesOn(platform, 2, users));
}

function add(notes: Notes, what: string, { measured, cpu: times }: Costed): void {
  notes.failed(what, measured.failures);
  for (const [name, ms] of Object.entries(times)) notes.add(`${what}: ${name}`, ms, 'ms');
  notes.add(`${what}: all`, sumOf(times), 'ms');
}
