import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const excluded = new Set(['node_modules', '.state', '.git']);

/** A command of the command line as a page writes it, with its placeholders. */
export interface Documented {
  /** For example `order explain <order id>`. */
  readonly command: string;
  readonly pages: readonly string[];
}

/** The commands of a page: in code, as `npm run cli -- …` or `node cli/main.ts …`, without remarks. */
export function commandsIn(text: string): readonly string[] {
  // Spans of code and blocks of code. In a block a line is a command, and a # begins a remark.
  const blocks = [...text.matchAll(/^```.*\n([^]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return (
    [...blocks, ...spans]
      .map(
        (code) => /(?:npm run (?:--silent )?cli --|node cli\/main\.ts) +([^#]*)/.exec(code.replaceAll('\n', ' '))?.[1],
      )
      .flatMap((command) => (command === undefined ? [] : alternatives(command.replaceAll('…', '').trim())))
      // docs/support.md defines a shell function around the program, with "$@".
      .filter((command) => /^[a-z]/.test(command))
  );
}

/** `completion bash|zsh` is two commands. */
function alternatives(command: string): readonly string[] {
  const [choice = ''] = /(?<=^|\s)[\w-]+(?:\|[\w-]+)+(?=\s|$)/.exec(command) ?? [];
  return choice === '' ? [command] : choice.split('|').flatMap((one) => alternatives(command.replace(choice, one)));
}

/** All commands of all pages. The changelog and the decisions tell of the past. */
export function documentedCommands(): readonly Documented[] {
  const pages = globSync('**/*.md', { cwd: root, exclude: (name) => excluded.has(name) }).filter(
    (page) => !/^CHANGELOG|\/decisions\//.test(page),
  );
  const found = pages.flatMap((page) =>
    commandsIn(readFileSync(join(root, page), 'utf8')).map((command) => ({ command, page })),
  );
  return [...Map.groupBy(found, ({ command }) => command)].map(([command, uses]) => ({
    command,
    pages: [...new Set(uses.map(({ page }) => page))],
  }));
}

/** Whether a command audits the whole platform. */
export const isAudit = ({ command }: Documented): boolean => /^audit(?: |$)/.test(command);

/** The words of a command as a shell splits them: quotes keep words together. */
export const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );

/** Fills `<placeholders>` in. @throws Error if there is no value for one */
export function filled(command: string, values: Readonly<Record<string, string>>): string {
  return command.replaceAll(/<([^>]+)>/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`there is no value for <${name}>`);
    return value;
  });
}
