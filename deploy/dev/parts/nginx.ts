import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Env, Launch, Part, PartContext, Way } from '../supervisor/part.ts';
import { probeHttp } from '../supervisor/probe.ts';
import { firstWay, type Refusal } from './sources.ts';
import { noPackageManager, systemInstaller } from './system-packages.ts';
import { type InstallContext, isOlder, runTool, says, which } from './tools.ts';

const oldest = [1, 22] as const;
const packages = { apt: 'nginx', dnf: 'nginx', apk: 'nginx', brew: 'nginx' };
const folders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const howToInstall = 'Install nginx 1.22 or newer.';

export interface NginxSpec {
  /** The parts that it passes requests on to. */
  readonly dependsOn: readonly string[];
  /** The values of the templates' variables. */
  readonly variables: (context: PartContext) => Env;
}

/** The gateway: nginx with the configuration of deploy/nginx, as in Docker Compose. Its ports are `http` and `grpc`. */
export function nginx({ dependsOn, variables }: NginxSpec): Part {
  const way = (context: PartContext): Pick<Way, 'probe' | 'env' | 'urls'> => {
    const api = `http://127.0.0.1:${context.port('gateway', 'http')}`;
    return {
      probe: (signal) => probeHttp(`${api}/health`, signal),
      env: { ECOMMERCE_GATEWAY: 'nginx' },
      urls: { api, docs: `${api}/docs`, grpc: `127.0.0.1:${context.port('gateway', 'grpc')}` },
    };
  };
  const run = async (program: string, version: string, context: PartContext) => ({
    launch: await launch(program, variables(context), context),
    version,
  });

  async function onMachine(context: PartContext): Promise<Way | Refusal> {
    const found = await findServer();
    if (found === undefined) return { reason: 'nginx is not on this machine', fix: howToInstall };
    const { program, version } = found;
    if (isOlder(version, oldest))
      return { reason: `${program} is nginx ${version}, which is too old`, fix: howToInstall };
    return { ...way(context), from: `found ${program}`, prepare: () => run(program, version, context) };
  }

  async function installed(context: PartContext): Promise<Way | Refusal> {
    const installer = systemInstaller(packages);
    if (installer === undefined) return { reason: noPackageManager, fix: howToInstall };
    const { install, command } = installer;
    const reason = 'nginx is a system package, which this user may not install';
    if (install === undefined) return { reason, fix: `Run: ${command}` };
    return {
      ...way(context),
      from: `installed (${command})`,
      async prepare() {
        await install(context);
        const found = await findServer();
        if (found === undefined) throw new Error('nginx was installed, but does not run: check `nginx -v`');
        return run(found.program, found.version, context);
      },
    };
  }

  return {
    name: 'gateway',
    title: 'Gateway (nginx)',
    kind: 'server',
    dependsOn,
    ports: [{ name: 'http' }, { name: 'grpc' }],
    readyWithinSeconds: 30,
    suggestion: 'Read the whole log: npm run logs -- gateway',
    find: (context) => firstWay('nginx', { machine: onMachine, install: installed }, context),
  };
}

/** The nginx of this machine, or in `missing` how to get one. Installs it if this user may. */
export async function getNginx(
  context: InstallContext,
): Promise<{ readonly program: string; readonly version: string } | { readonly missing: string }> {
  const installer = systemInstaller(packages);
  if ((await findServer()) === undefined) await installer?.install?.(context);
  const found = await findServer();
  if (found === undefined)
    return {
      missing: `it is not on this machine. ${installer === undefined ? howToInstall : `Run: ${installer.command}`}`,
    };
  return isOlder(found.version, oldest)
    ? { missing: `${found.program} is nginx ${found.version}, which is too old. ${howToInstall}` }
    : found;
}

async function findServer(): Promise<{ program: string; version: string } | undefined> {
  const program = which('nginx', folders);
  if (program === undefined) return undefined;
  const version = /nginx\/(\d+\.\d+\.\d+)/.exec((await says(program, '-v')) ?? '')?.[1];
  return version === undefined ? undefined : { program, version };
}

async function launch(program: string, variables: Env, context: PartContext): Promise<Launch> {
  const { dataFolder: folder, root, logFile, signal } = context;
  const configuration = writeConfiguration(join(root, 'deploy', 'nginx'), folder, variables);
  const args = ['-p', `${folder}/`, '-c', configuration, '-e', 'stderr'];
  await runTool(program, [...args, '-q', '-t'], {
    logFile,
    signal,
    failure: 'nginx rejects its configuration',
    suggestion: 'Read the log: it names the line. The template is deploy/nginx/templates/gateway.conf.template.',
  });
  return {
    program,
    args: [...args, '-g', 'daemon off;'],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGQUIT',
    graceSeconds: 15,
  };
}

/**
 * Writes the configuration of deploy/nginx into a folder, as the entrypoint of the nginx image does. Returns the main
 * file.
 */
export function writeConfiguration(source: string, folder: string, variables: Env): string {
  mkdirSync(join(folder, 'conf.d'), { recursive: true });
  const main = join(folder, 'nginx.conf');
  copyFileSync(join(source, 'nginx.conf'), main);
  const templates = join(source, 'templates');
  for (const name of readdirSync(templates).filter((each) => each.endsWith('.template'))) {
    const text = render(readFileSync(join(templates, name), 'utf8'), variables);
    writeFileSync(join(folder, 'conf.d', basename(name, '.template')), text);
  }
  return main;
}

/** Replaces each `${NAME}`. The variables of nginx (`$name`) stay. @throws Error if a name has no value */
export function render(template: string, variables: Env): string {
  return template.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the variable ${name} of nginx's configuration has no value`);
    return value;
  });
}
