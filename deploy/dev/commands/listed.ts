import type { ParseArgsConfig } from 'node:util';

export interface Listed {
  /** How people call it. */
  readonly call: string;
  readonly usage: string;
  readonly about: string;
  /** What its words mean, and its options if another program reads them. */
  readonly words?: Readonly<Record<string, string>>;
  /** More lines of its help. */
  readonly more?: string;
  /**
   * What it takes: these options and so many words. `program`: the program that it starts reads everything, `--help`
   * too. `vitest`: everything but `--help` goes to vitest, whose options vitest-options.ts checks.
   */
  readonly takes: Taken | 'program' | 'vitest';
  /** Who needs it, if not everybody: people who change the code, or those who know that it has no npm script. */
  readonly for?: 'contributors' | 'few';
}

export interface Taken {
  readonly options: Readonly<Record<string, Option>>;
  readonly words: number;
  /** The words that it knows. Without it, any word. */
  readonly among?: readonly string[];
}

/** An option as `parseArgs` takes it, with what its help says. */
type Option = NonNullable<ParseArgsConfig['options']>[string] & {
  readonly about: string;
  /** What stands for its value in the help. */
  readonly value?: string;
};

export const flag = (about: string) => ({ type: 'boolean', about }) as const;
export const text = (value: string, about: string) => ({ type: 'string', value, about }) as const;
export const texts = (value: string, about: string) => ({ ...text(value, about), multiple: true }) as const;

export const nothing: Taken = { options: {}, words: 0 };
export const profile = text('NAME', 'another stack than dev, for example demo');

/** A command line of it, with everything that it takes. */
export function line({ call, usage }: Listed): string {
  const dashes = call.startsWith('npm') && usage !== '' && usage.includes('-') ? ' --' : '';
  return usage === '' ? call : `${call}${dashes} ${usage}`;
}

/** Its help: a line for each word and option. */
export function usageOf(command: Listed): string {
  const { words = {}, takes, more } = command;
  const options = typeof takes === 'string' ? [] : Object.entries(takes.options);
  const rows = [
    ...Object.entries(words),
    ...options.map(
      ([name, { value, about }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, about] as const,
    ),
  ];
  const width = Math.max(0, ...rows.map(([name]) => name.length)) + 2;
  const explained = rows.map(([name, about]) => `  ${name.padEnd(width)}${about}`);
  const blocks = [[line(command)], [command.about], explained, more === undefined ? [] : [more]];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}
