import { Command } from 'commander';

/**
 * A command that takes no option as the value of the option before it: in `--reason --yes` the reason is missing. A value
 * that begins so is written as `--password=--secret`.
 */
export class CliCommand extends Command {
  override createCommand(name?: string): Command {
    return new CliCommand(name);
  }

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    for (let at = 0; at < args.length && args[at] !== '--'; at++) {
      const option = this.options.find(({ long, required }) => required && long === args[at]);
      if (option === undefined) continue;
      // What follows is the value, and no option itself.
      at++;
      if (args[at]?.startsWith('--') === true)
        this.error(
          `error: option '${option.flags}' argument missing; a value that begins with -- goes after ${option.long}=`,
          {
            code: 'commander.optionMissingArgument',
          },
        );
    }
    return super.parseOptions(args);
  }
}
