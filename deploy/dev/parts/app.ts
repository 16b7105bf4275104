import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import { quickImports } from '../quick-imports.ts';
import { probeHttp } from '../supervisor/probe.ts';
import type { Env, Part, PartContext, PortWish } from '../supervisor/part.ts';

export interface ProgramSpec {
  readonly name: string;
  readonly title: string;
  /** The path of the program below the root of the checkout, and its arguments. */
  readonly run: readonly [string, ...string[]];
  readonly dependsOn: readonly string[];
  /** A task runs to its end. An app listens on its port `http`, and on `grpc` if it has one, and answers GET /ready. */
  readonly kind: 'app' | 'task';
  readonly ports?: readonly PortWish[];
  readonly env?: (context: PartContext) => Env;
  /** Settings for the other programs, and addresses for the user. */
  readonly offers?: (context: PartContext) => { readonly env: Env; readonly urls: Readonly<Record<string, string>> };
}

/** What our processes run. */
const sources = ['activities', 'audit', 'platform', 'proto', 'runtime', 'services', 'workflows'];

/** A part that runs a program of this repository on the Node of the launcher. */
export function program(spec: ProgramSpec): Part {
  const [file, ...args] = spec.run;
  return {
    name: spec.name,
    title: spec.title,
    kind: spec.kind,
    dependsOn: spec.dependsOn,
    ports: spec.ports ?? [],
    readyWithinSeconds: 120,
    suggestion: `Read the whole log: npm run logs -- ${spec.name}`,
    ...(spec.kind === 'app' ? { reloadsOn: sources } : {}),
    async find(context) {
      if (!existsSync(join(context.root, file))) {
        return { problems: [{ part: spec.name, what: `${file} is missing`, fix: 'Check out the whole repository.' }] };
      }
      const offers = spec.offers?.(context) ?? { env: {}, urls: {} };
      const http = spec.kind === 'app' ? context.port(spec.name, 'http') : undefined;
      return {
        way: {
          from: 'this checkout',
          ...offers,
          probe: (signal) =>
            http === undefined ? Promise.resolve() : probeHttp(`http://127.0.0.1:${http}/ready`, signal),
          async prepare() {
            const env: NodeJS.ProcessEnv = { ...context.callerEnv, ...programEnv(spec, context) };
            const launch = {
              program: process.execPath,
              args: [join(context.root, file), ...args],
              cwd: context.root,
              env,
            };
            return { launch: { ...launch, stopSignal: 'SIGTERM', graceSeconds: 25 } };
          },
        },
      };
    },
  };
}

/** Limits the heap. Without a limit V8 uses 550 MB on a large machine for a load that needs 350. */
export const nodeOptions = [
  '--disable-warning=ExperimentalWarning --max-semi-space-size=8 --max-old-space-size=384',
  quickImports,
].join(' ');

function programEnv(spec: ProgramSpec, context: PartContext): Env {
  const names = new Set((spec.ports ?? []).map((port) => port.name));
  const port = (name: string, variable: string): Env =>
    names.has(name) ? { [variable]: String(context.port(spec.name, name)) } : {};
  return {
    ...context.stackEnv(),
    ...port('http', 'HTTP_PORT'),
    ...port('grpc', 'GRPC_PORT'),
    NODE_OPTIONS: nodeOptions,
    // A shared cache of compiled code saves a third of the processor time when a dozen processes start.
    NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled'),
    ...spec.env?.(context),
  };
}
