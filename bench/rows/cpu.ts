import { cpuApart, cpuOneProcess } from '../bars.ts';
import { oneProcess, type Costed } from '../context.ts';
import { sumOf } from '../cpu.ts';
import { createNotes, type Notes } from '../figures.ts';
import type { Row } from './row.ts';

const users = 16;

/** The processor time of a cycle, by process. Both counts have all servers that the work needs, but not the load. */
export const cpu: Row = {
  name: 'cpu',
  about: 'processor time of a checkout cycle by process, compared with an empty workflow (--roles: roles apart, too)',
  async measure(context) {
    if (process.platform !== 'linux') throw new Error('processor time is read from /proc, which only Linux has');
    const notes = createNotes();
    const empty = await context.emptyWorkflows(users);
    if (empty.cpu['temporal'] === undefined) throw new Error('Temporal must be a process that the launcher starts');
    add(notes, 'empty workflow', empty);
    const cycles = await context.cycles(2, users, oneProcess);
    add(notes, 'cycle', cycles);
    notes.add('cycle: load (not counted)', cycles.loadMs, 'ms');
    notes.add(cpuOneProcess, sumOf(cycles.cpu) / sumOf(empty.cpu), 'ratio');
    if (context.roles) {
      const apart = await context.withRolesApart((platform) => context.cyclesOn(platform, 2, users));
      add(notes, 'cycle, roles apart', apart);
      notes.add(cpuApart, sumOf(apart.cpu) / sumOf(empty.cpu), 'ratio');
    }
    return notes.findings();
  },
};

function add(notes: Notes, what: string, { measured, cpu: times }: Costed): void {
  notes.failed(what, measured.failures);
  for (const [name, ms] of Object.entries(times)) notes.add(`${what}: ${name}`, ms, 'ms');
  notes.add(`${what}: all`, sumOf(times), 'ms');
}
