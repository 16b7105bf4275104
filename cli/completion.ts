import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A place in the tree of commands: the words that lead there, each after a space, and the words that may follow. */
interface Place {
  readonly path: string;
  readonly next: readonly string[];
}

/** A shell's script that completes the commands and options of `program`, and the values of both that have choices. */
export function completionScript(program: Command, shell: Shell): string {
  const tree = placesOf(program, '', []);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](tree, choicesOf(program, ''));
}

function placesOf(command: Command, path: string, inherited: readonly string[]): readonly Place[] {
  const flags = [...inherited, ...command.options.flatMap(({ long }) => long ?? [])];
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const next = [...command.commands.map((child) => child.name()), ...values, ...flags, '--help'];
  const kept = path === '' ? ['--json'] : inherited;
  return [{ path, next }, ...command.commands.flatMap((child) => placesOf(child, `${path} ${child.name()}`, kept))];
}

/** The values of options by the command and the flag: a status of orders is not one of checkouts. */
function choicesOf(command: Command, path: string): Choices {
  const own = command.options.flatMap(({ long, argChoices }) =>
    long == null || argChoices === undefined ? [] : [[`${path} ${long}`, argChoices] as const],
  );
  const below = command.commands.flatMap((child) => [...choicesOf(child, `${path} ${child.name()}`)]);
  return new Map([...own, ...below]);
}

type Choices = ReadonlyMap<string, readonly string[]>;

const indented = (lines: readonly string[], indent: string): string => lines.map((line) => indent + line).join('\n');

/** In bash and zsh: walks the words, keeps those that lead to a command in `at`, and puts what may follow in `next`. */
function walk(tree: readonly Place[], choices: Choices): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const byPlace = tree.map(({ path, next }) => `"${path}") next="${next.join(' ')}" ;;`);
  const byFlag = [...choices].map(([flag, values]) => `"${flag}") next="${values.join(' ')}" ;;`);
  return `  for word in "\${typed[@]}"; do
    case "$at $word" in
      ${paths.join('|')}) at="$at $word" ;;
    esac
  done
  case "$at" in
${indented(byPlace, '    ')}
  esac
  case "$at $word" in
${indented(byFlag, '    ')}
  esac`;
}

function bashScript(tree: readonly Place[], choices: Choices): string {
  return `_ecommerce_cli() {
  local at="" word="" next="" typed=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${walk(tree, choices)}
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _ecommerce_cli cli`;
}

function zshScript(tree: readonly Place[], choices: Choices): string {
  return `#compdef cli
_ecommerce_cli() {
  local at="" word="" next="" typed=("\${(@)words[2,CURRENT-1]}")
${walk(tree, choices)}
  compadd -- \${=next} || _files
}
compdef _ecommerce_cli cli`;
}

function fishScript(tree: readonly Place[], choices: Choices): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const say = (values: readonly string[]) => `    printf '%s\\n' ${values.join(' ')}`;
  const byFlag = [...choices].flatMap(([flag, values]) => [`case '${flag}'`, say(values), '    return']);
  const byPlace = tree.flatMap(({ path, next }) => [`case '${path}'`, say(next)]);
  return `function __ecommerce_cli
  set -l at ''
  set -l typed (commandline -opc)
  for word in $typed[2..-1]
    switch "$at $word"
      case ${paths.join(' ')}
        set at "$at $word"
    end
  end
  switch "$at $typed[-1]"
${indented(byFlag, '    ')}
  end
  switch "$at"
${indented(byPlace, '    ')}
  end
end
complete -c cli -f -n 'not __fish_seen_subcommand_from import' -a '(__ecommerce_cli)'
complete -c cli -F -n '__fish_seen_subcommand_from import' -a '(__ecommerce_cli)'`;
}
