import type { EachBatchPayload } from 'kafkajs';

type Offsets = Pick<EachBatchPayload, 'commitOffsetsIfNecessary' | 'uncommittedOffsets'>;

export interface Commits {
  /** Commits what this member has taken in, within a second. */
  readonly soon: (offsets: Offsets) => void;
  /** Commits it now. A failure is no harm: the events then come again, and the inbox drops them. */
  readonly now: () => Promise<void>;
  /** The session is over: from now on only `now` commits. */
  readonly end: () => void;
}

const everyMs = 1000;

/**
 * Commits the offsets of a member once a second, not after each batch: in a busy time a batch is one event, and each
 * commit is a request to the broker. kafkajs keeps the offsets, and forgets them when the group is balanced again.
 */
export function createCommits(): Commits {
  let latest: Offsets | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const soon = (offsets: Offsets): void => {
    latest = offsets;
    if (!isOver) timer ??= setTimeout(() => void commit().catch(() => soon(offsets)), everyMs);
  };
  const commit = async (): Promise<void> => {
    cancel();
    await latest?.commitOffsetsIfNecessary(latest.uncommittedOffsets());
  };
  return {
    soon,
    now: () => commit().catch(() => undefined),
    end: () => {
      isOver = true;
      cancel();
    },
  };
}
