import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

const program = createProgram(
  async () => undefined,
  () => undefined,
);

/** Every command, with the words that call it. */
function all(command: Command = program, path = ''): { readonly name: string; readonly help: string }[] {
  const help = command.helpInformation();
  return [{ name: path, help }, ...command.commands.flatMap((child) => all(child, `${path} ${child.name()}`.trim()))];
}

const helps = all();
const helpOf = (name: string) => helps.find((each) => each.name === name)?.help.replaceAll(/\s+/g, ' ') ?? '';

test('every command tells that it takes --json, and no default that says nothing', () => {
  expect(helps.length).toBeGreaterThan(35);
  for (const { help } of helps) {
    expect(help).toContain('--json');
    expect(help).not.toMatch(/default: (?:false|""|\[\])/);
  }
});

test('what is required, the range of a number, and who may do it stand in the help', () => {
  expect(helpOf('order refund')).toContain('which the buyer can read (required)');
  expect(helpOf('order list')).toContain('at most this many, 1 to 200 (default: 20)');
  expect(helpOf('order find')).toContain('support or an administrator (env: ADMIN_EMAIL) (required)');
  expect(helpOf('wallet credit')).toContain('--email <email> an administrator (env: ADMIN_EMAIL) (required)');
  expect(helpOf('')).toContain('npm run cli -- <command>');
});
