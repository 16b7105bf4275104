// Builds the command line that runs npm on a chosen Node: the npm that started this process, else the one on PATH.
import { delimiter, dirname } from 'node:path';

/** The program, arguments and environment that run npm on the given Node. */
export function npmCommand(node, args, env = process.env) {
  const path = `${dirname(node)}${delimiter}${env.PATH ?? ''}`;
  const options = { ...env, PATH: path, npm_config_update_notifier: 'false', npm_config_fund: 'false' };
  const started = env.npm_execpath;
  const own = started !== undefined && /npm-cli\.c?js$/.test(started);
  return own ? { command: node, args: [started, ...args], env: options } : { command: 'npm', args, env: options };
}
