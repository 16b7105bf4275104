import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from '../bootstrap/identity.mjs';
import { probeHttp } from '../supervisor/probe.ts';
import type { Part, PartContext, Topology } from '../supervisor/part.ts';

type Behaviour = 'serve' | 'fail' | 'mute' | 'task' | 'stubborn' | 'share';

/** The program of the behaviour `share`: a parent with two processes that share its port, as our own program is. */
const sharing = join(import.meta.dirname, '../../../runtime/processes/testing/parent.ts');

export interface FixturePart {
  readonly name: string;
  readonly behaviour?: Behaviour;
  readonly dependsOn?: readonly string[];
  readonly port?: { readonly fixed: number };
  readonly graceSeconds?: number;
  readonly startsWhenAsked?: boolean;
}

/** A topology of small programs, which write their process numbers into the file `notes`. */
export function fixtureTopology(profile: string, notes: string, parts: readonly FixturePart[]): Topology {
  return { profile, parts: parts.map((part) => fixturePart(part, notes)) };
}

function fixturePart(
  { name, behaviour = 'serve', dependsOn = [], port, graceSeconds = 20, startsWhenAsked = false }: FixturePart,
  notes: string,
): Part {
  return {
    name,
    title: name,
    kind: behaviour === 'task' ? 'task' : 'app',
    dependsOn,
    ports: [{ name: 'http', ...(port === undefined ? {} : { ...port, strict: true, variable: 'FIXTURE_PORT' }) }],
    readyWithinSeconds: 60,
    startsWhenAsked,
    suggestion: 'Look at the fixture.',
    async find(context: PartContext) {
      const http = context.port(name, 'http');
      const env = { ...process.env, NAME: name, NOTES: notes, BEHAVIOUR: behaviour, HTTP_PORT: String(http) };
      const args = behaviour === 'share' ? [sharing, '2'] : [join(import.meta.dirname, 'program.mjs')];
      return {
        way: {
          from: 'fixture',
          env: { [`${name.toUpperCase()}_URL`]: `http://127.0.0.1:${http}` },
          urls: { [name]: `http://127.0.0.1:${http}` },
          prepare: async () => ({
            launch: {
              program: process.execPath,
              args,
              cwd: context.root,
              env,
              stopSignal: 'SIGTERM',
              graceSeconds,
            },
          }),
          probe: (signal) => probeHttp(`http://127.0.0.1:${http}/ready`, signal),
        },
      };
    },
  };
}

/** Makes a folder with an empty notes file for one test. */
export function makeNotes(): { folder: string; notes: string } {
  const folder = mkdtempSync(join(tmpdir(), 'launcher-'));
  const notes = join(folder, 'notes');
  writeFileSync(notes, '');
  return { folder, notes };
}

/** The lines that the programs have written, in order. */
export function readNotes(notes: string): string[] {
  return existsSync(notes)
    ? readFileSync(notes, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

/** The pids in the notes whose processes are still running. */
export function aliveIn(notes: string): number[] {
  return pidsIn(notes).filter((pid) => identityOf(pid) !== undefined);
}

/** All pids in the notes. */
export function pidsIn(notes: string): number[] {
  return readNotes(notes).flatMap((line) => {
    const pid = / pid (\d+)$/.exec(line)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}

/** Adds a line of the test to the notes. */
export function addNote(notes: string, text: string): void {
  appendFileSync(notes, `${text}\n`);
}
