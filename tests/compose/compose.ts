/** Docker Compose with a project of its own: containers, networks and volumes that nothing else uses. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { keep, say } from '../image/engine.ts';

type Command = readonly [string, ...string[]];

/** How one container is or was. */
interface ContainerState {
  /** The service in docker-compose.yml. */
  readonly service: string;
  readonly restarts: number;
  readonly exitCode: number;
}

export interface Compose {
  /** Runs a subcommand and shows its output. @throws Error if it fails */
  readonly run: (...args: string[]) => Promise<void>;
  readonly containers: () => readonly ContainerState[];
  /** The last lines of every container, for a failure. */
  readonly logs: () => Promise<string>;
}

/** The command that runs Compose v2; without one, the reason why not. */
export function findCompose(): Command | { readonly missing: string } {
  const answers = ([program, ...args]: Command) =>
    spawnSync(program, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
  if (!answers(['docker', 'info'])) return { missing: 'no Docker engine answers (`docker info`)' };
  const ways: readonly Command[] = [['docker', 'compose'], ['docker-compose']];
  return ways.find((way) => answers([...way, 'version'])) ?? { missing: 'there is no Docker Compose v2' };
}

/** @param variables values for the variables of docker-compose.yml */
export function openCompose(command: Command, project: string, variables: Readonly<Record<string, string>>): Compose {
  const [program, ...first] = command;
  // Settings of a running stack are not for the containers, so only the programs' own variables go on.
  const own = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|TMPDIR|SSL_CERT_\w+|DOCKER_\w+)$/.test(name));
  const env = { ...Object.fromEntries(own), ...variables, COMPOSE_PROFILES: 'all' };
  const args = (rest: readonly string[]) => [...first, '--project-name', project, ...rest];
  return {
    run: async (...rest) => {
      const child = spawn(program, args(rest), { env, stdio: ['ignore', 2, 2] });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`${[program, ...first, ...rest].join(' ')} failed`);
    },
    containers: () => {
      const ids = say('docker', 'ps', '--all', '--quiet', `--filter=label=com.docker.compose.project=${project}`);
      if (ids === '') return [];
      const format = '{{index .Config.Labels "com.docker.compose.service"}} {{.RestartCount}} {{.State.ExitCode}}';
      const lines = say('docker', 'inspect', `--format=${format}`, ...ids.split('\n')).split('\n');
      return lines.map((line) => {
        const [service = '', restarts, exitCode] = line.split(' ');
        return { service, restarts: Number(restarts), exitCode: Number(exitCode) };
      });
    },
    logs: async () => (await keep(program, args(['logs', '--no-color', '--tail=30']), env).ended).output,
  };
}
