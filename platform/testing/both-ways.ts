import { beforeAll, describe } from 'vitest';

type Steps = Readonly<Record<string, (...input: never[]) => Promise<unknown>>>;

/** A repository with the steps that find everything plain. */
interface WithPlain {
  readonly plain: Steps;
}

const nothing = async () => undefined;

/** The way in which a model test performs a step: by the plain statement first, or by the careful way only. */
export interface Way {
  readonly carefully?: boolean;
}

/** The repository as if its plain steps found nothing plain, so that every verb goes the careful way. */
export function carefully<Repository extends WithPlain>(repository: Repository): Repository {
  return { ...repository, plain: Object.fromEntries(Object.keys(repository.plain).map((step) => [step, nothing])) };
}

/**
 * Describes verbs twice: as in production, and by their careful way only.
 * @param deps the object whose repository the verbs use, once the suite is made
 */
export function describeBothWays(name: string, deps: () => { repository: WithPlain }, tests: () => void): void {
  describe(`${name}, as in production`, () => {
    tests();
  });
  describe(`${name}, carefully`, () => {
    let before: WithPlain | undefined;
    beforeAll(() => {
      before = deps().repository;
      deps().repository = carefully(before);
      return () => {
        if (before !== undefined) deps().repository = before;
      };
    });
    tests();
  });
}
