import type { Stage } from '../supervisor/part.ts';

/** The stage of a part, or what the launcher finds when it looks: `unready` is a part that runs and takes no calls. */
export type PartWord = Stage | 'orphaned' | 'unready';

interface Watched {
  readonly title: string;
  readonly state: PartWord;
  /** It is stopped until somebody asks for it, so the stack is ready without it. */
  readonly startsWhenAsked: boolean;
}

const words: Partial<Record<Watched['state'], string>> = {
  restarting: 'starting again',
  waiting: 'starting',
  installing: 'starting',
  starting: 'starting',
  stopping: 'stopping',
  stopped: 'stopped',
  unready: 'not taking calls',
};

/** Titles of one part that stand for several things: "Services", "All services", "Migrations and seed". */
const namesMany = /services$| and /i;

/** Why a stack whose start is over is not ready: the parts that are away. Undefined if all of them run. */
export function whyNotReady(parts: readonly Watched[]): string | undefined {
  const failed = parts.filter(({ state }) => state === 'failed').map(({ title }) => title);
  if (failed.length > 0)
    return `${failed.join(', ')} failed; ${failed.length > 1 ? 'the logs tell' : 'the log tells'} why`;
  const away = parts.filter(({ state, startsWhenAsked }) => !(startsWhenAsked && state === 'stopped'));
  const byWord = Map.groupBy(away, ({ state }) => words[state]);
  byWord.delete(undefined);
  const told = [...byWord].map(([word, some]) => {
    const areMany = some.length > 1 || some.some(({ title }) => namesMany.test(title));
    return `${some.map(({ title }) => title.replace('All', 'all')).join(', ')} ${areMany ? 'are' : 'is'} ${word}`;
  });
  return told.length === 0 ? undefined : told.join('; ');
}
