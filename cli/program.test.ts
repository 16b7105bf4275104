import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

test('the help of every command has --json', () => {
  const program = createProgram(
    async () => undefined,
    () => undefined,
  );
  const commands = everyCommand(program);
  expect(commands.length).toBeGreaterThan(30);
  const without = commands.filter((command) => !command.helpInformation().includes('--json'));
  expect(without.map((command) => command.name())).toEqual([]);
});
