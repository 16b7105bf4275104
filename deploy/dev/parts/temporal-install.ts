import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import type { PartContext } from '../supervisor/part.ts';
import type { Refusal } from './sources.ts';
import { eitherWay, goFor, installOnce, runTool, says, unpackDownload, which } from './tools.ts';

const cliVersion = '1.5.1';
const module = `github.com/temporalio/cli/cmd/temporal@v${cliVersion}`;

/** The program `temporal` on PATH; a refusal if it is missing or too old. */
export async function temporalOnMachine(): Promise<{ program: string; version: string } | Refusal> {
  const fix = `Install Temporal's CLI ${cliVersion} or newer: https://docs.temporal.io/cli`;
  const program = which('temporal', ['/opt/homebrew/bin', '/usr/local/bin']);
  if (program === undefined) return { reason: 'the temporal CLI is not on PATH', fix };
  const text = (await says(program, '--version')) ?? '';
  const version = versionIn(text);
  if (version === undefined) return { reason: `${program} does not print its version`, fix };
  return isNewEnough(text)
    ? { program, version }
    : { reason: `${program} has version ${version}, which is too old`, fix };
}

/**
 * Puts the pinned CLI into the tool cache: downloads it, or builds it with Go if the download fails. @throws Failure
 */
export async function temporalInstaller(context: PartContext): Promise<{ program: string; version: string }> {
  const folder = join(cacheFolder(), `temporal-${cliVersion}`);
  const program = (at: string) => join(at, 'bin', 'temporal');
  const answers = async (at: string) => versionIn(await says(program(at), '--version')) !== undefined;
  await installOnce(folder, answers, (aside) => install(aside, context), context);
  return { program: program(folder), version: cliVersion };
}

async function install(aside: string, context: PartContext): Promise<void> {
  mkdirSync(join(aside, 'bin'), { recursive: true });
  await eitherWay(fromDownload, fromSource)(aside, context);
}

async function fromDownload(aside: string, context: PartContext): Promise<void> {
  context.progress('Downloading');
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `https://temporal.download/cli/archive/v${cliVersion}?platform=${process.platform}&arch=${arch}`;
  await unpackDownload(url, aside, { name: "Temporal's CLI" }, context);
  renameSync(join(aside, 'temporal'), join(aside, 'bin', 'temporal'));
}

async function fromSource(aside: string, context: PartContext): Promise<void> {
  const suggestion = `Install Temporal's CLI ${cliVersion} from https://docs.temporal.io/cli and put it on PATH.`;
  const go = goFor("Temporal's CLI", { source: 'temporal.download', suggestion });
  context.progress('Building from source (several minutes, only the first time)');
  await runTool(go, ['install', module], {
    logFile: context.logFile,
    signal: context.signal,
    cwd: aside,
    env: { ...process.env, GOBIN: join(aside, 'bin') },
    failure: "Temporal's CLI could not be built",
    suggestion,
  });
}

// A CLI that was built with Go prints "temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)".
function versionIn(text: string | undefined): string | undefined {
  return /temporal version (\S+)/.exec(text ?? '')?.[1];
}

/** Whether the CLI has version 1.5 or newer. If it has no version (0.0.0-DEV), the version of its server decides. */
export function isNewEnough(text: string): boolean {
  const cli = /temporal version (\d+)\.(\d+)/.exec(text);
  const server = /Server (\d+)\.(\d+)/.exec(text);
  const atLeast = (match: RegExpExecArray | null, major: number, minor: number) => {
    const [have, havePoint] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
    return have > major || (have === major && havePoint >= minor);
  };
  return atLeast(cli, 1, 5) || atLeast(server, 1, 29);
}
