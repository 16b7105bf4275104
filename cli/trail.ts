import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { openDatabase } from '../platform/data/db/database.ts';
import type { Operation, OperationEnd } from '../services/backoffice/domain/operation.ts';
import { createOperationRepository, type OperationRepository } from '../services/backoffice/repository/operations.ts';
import type { Context } from './context.ts';
import { failureOf, textOf } from './failure.ts';
import { whoIsHere } from './machine.ts';
import { callPart, databasePart } from './parts.ts';
import { warn, warnJson } from './say.ts';
import type { OperationAction } from './trail-actions.ts';

type Asked = Omit<Operation, 'actorName' | 'actorId' | 'userId' | 'action'> & {
  readonly action: OperationAction;
} & Partial<Pick<Operation, 'actorId' | 'userId'>>;
type Trail = Pick<OperationRepository, 'beginOperation' | 'endOperation' | 'noteOperation'>;

/** What a command tells of how it came out, or what it changed. */
export interface Told {
  readonly detail: string;
  /** The reason of a refusal. Without one it was done. */
  readonly refusal?: string;
}

/** Writes into the open entry what was done so far: a killed process cannot end it. */
export type Note = (detail: string) => Promise<void>;

const unchanged = new WeakSet<object>();

/** Marks an error of `work` after which nothing was changed for sure. @returns the same error */
export function nothingChanged(error: unknown): unknown {
  if (error instanceof Error) unchanged.add(error);
  return error;
}

/**
 * Makes a change between the two writes of its entry in the audit trail. If `work` throws, the entry is closed where
 * nothing was changed for sure. Else it stays open with the error: then nobody knows what was changed. Without the back
 * office's database the change is made all the same, because a leaked key cannot wait; the command says that the trail
 * lacks it.
 * @param env BACKOFFICE_DATABASE_URL or DATABASE_URL
 * @param work gets the id of the entry; undefined if the trail lacks it. What it notes is in the entry if it breaks off
 */
export async function onTrail<Result extends Told>(
  { env, json }: Pick<Context, 'env' | 'json'>,
  asked: Asked,
  work: (entryId: string | undefined, note: Note) => Promise<Result>,
  open: (env: Context['env']) => Omit<Opened, 'trail'> & { readonly trail: Trail } = openTrail,
): Promise<Result> {
  const operation = { actorId: undefined, userId: undefined, ...asked, actorName: whoIsHere() };
  const lacking = `The audit trail lacks ${asked.action}`;
  const opened = open(env);
  const write = async <Result>(change: (trail: Trail) => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await callPart(opened.part, () => change(opened.trail));
    } catch (error) {
      if (json) warnJson({ warning: failureOf(error).failure });
      else warn(`${lacking}: ${textOf(error)}`);
      return undefined;
    }
  };
  try {
    const entryId = await write((trail) => trail.beginOperation(operation));
    let isNoted = entryId !== undefined;
    const note: Note = async (detail) => {
      // Whoever reads the warnings has seen the first of them.
      if (isNoted && entryId !== undefined)
        isNoted = (await write((trail) => trail.noteOperation(entryId, detail).then(() => true))) === true;
    };
    const told = await work(entryId, note).catch(async (error: unknown) => {
      if (entryId !== undefined) await write((trail) => close(trail, entryId, error));
      throw error;
    });
    const end: OperationEnd = { detail: told.detail, refusal: told.refusal };
    if (entryId !== undefined) await write((trail) => trail.endOperation(entryId, end));
    return told;
  } finally {
    await opened.close();
  }
}

async function close(trail: Trail, entryId: string, error: unknown): Promise<void> {
  const text = textOf(error);
  if (error instanceof Error && unchanged.has(error))
    await trail.endOperation(entryId, { detail: text, refusal: failureOf(error).failure.reason });
  else if (failureOf(error).failure.reason === 'CANCELLATION_PENDING') await trail.noteOperation(entryId, text);
  else await trail.noteOperation(entryId, `it is not known what was changed: ${text}`);
}

interface Opened {
  readonly trail: Trail & Pick<OperationRepository, 'endOpenCancels'>;
  readonly part: ReturnType<typeof databasePart>;
  readonly close: () => Promise<void>;
}

export function openTrail(env: Context['env']): Opened {
  const url = readDatabaseUrl(env, 'backoffice');
  const database = openDatabase({ url, applicationName: 'cli', poolSize: 1 });
  return {
    trail: createOperationRepository(database.db),
    part: databasePart('backoffice', url),
    close: database.close,
  };
}
