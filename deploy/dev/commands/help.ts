import { helpText } from './catalogue.ts';
import type { Command } from './context.ts';

/** Prints the commands. */
export const help: Command = async ({ print }) => {
  print(helpText());
  return 0;
};
