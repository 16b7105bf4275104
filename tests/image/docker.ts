import { keep, say, show, type Engine, type RunOptions } from './engine.ts';

const hardened = [
  '--network=host',
  '--read-only',
  '--tmpfs=/tmp',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
];

/** Uses Docker or podman. @param program the name of the program */
export function dockerEngine(program: string): Engine {
  const started = new Set<string>();
  const inspect = (tag: string, format: string) => say(program, 'image', 'inspect', '--format', format, tag);
  const flags = ({ env = {}, mounts = {} }: RunOptions) => [
    ...hardened,
    // The values come from this process's environment, so that no secret shows in the list of processes.
    ...Object.keys(env).map((name) => `--env=${name}`),
    ...Object.entries(mounts).map(([inside, here]) => `--volume=${here}:${inside}:ro`),
  ];
  const withEnv = ({ env = {} }: RunOptions) => ({ ...process.env, ...env });
  return {
    name: program,
    build: (tag) => show(program, 'build', '--file=deploy/docker/Dockerfile', `--tag=${tag}`, '.'),
    facts: (tag) => ({
      user: inspect(tag, '{{.Config.User}}'),
      entrypoint: JSON.parse(inspect(tag, '{{json .Config.Entrypoint}}')) as string[],
      healthcheck: JSON.parse(inspect(tag, '{{json .Config.Healthcheck.Test}}')) as string[],
      env: JSON.parse(inspect(tag, '{{json .Config.Env}}')) as string[],
      mebibytes: Number(inspect(tag, '{{.Size}}')) / 2 ** 20,
    }),
    run: (tag, [entry = '', ...rest], options = {}) => {
      const args = ['run', '--rm', ...flags(options), `--entrypoint=${entry}`, tag, ...rest];
      return keep(program, args, withEnv(options)).ended;
    },
    start: async (tag, [entry = '', ...rest], options = {}) => {
      const args = ['run', '--detach', ...flags(options), `--entrypoint=${entry}`, tag, ...rest];
      const { code, output } = await keep(program, args, withEnv(options)).ended;
      const id = output.trim().split('\n').at(-1) ?? '';
      if (code !== 0) throw new Error(output);
      started.add(id);
      return {
        exec: (command) => keep(program, ['exec', id, ...command]).ended,
        stop: async () => {
          const from = performance.now();
          await keep(program, ['stop', '--time=60', id]).ended;
          const seconds = (performance.now() - from) / 1000;
          const exit = Number(say(program, 'container', 'inspect', '--format', '{{.State.ExitCode}}', id));
          const logs = await keep(program, ['logs', id]).ended;
          return { code: exit, output: logs.output, seconds };
        },
      };
    },
    close: () => {
      for (const id of started) say(program, 'rm', '--force', id);
    },
  };
}
