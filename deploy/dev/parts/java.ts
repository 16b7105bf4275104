import { join } from 'node:path';
import type { PartContext } from '../supervisor/part.ts';
import type { Refusal } from './sources.ts';
import { systemInstaller } from './system-packages.ts';
import { says, which } from './tools.ts';

const oldestMajor = 17;
const packages = {
  apt: 'openjdk-17-jre-headless',
  dnf: 'java-17-openjdk-headless',
  apk: 'openjdk17-jre-headless',
  brew: 'openjdk@17',
};
const folders = ['/opt/homebrew/opt/openjdk@17/bin', '/opt/homebrew/opt/openjdk/bin', '/usr/local/opt/openjdk@17/bin'];

/** The path of a `java` of version 17 or newer; undefined if there is none. */
export async function findJava(): Promise<string | undefined> {
  const home = process.env['JAVA_HOME'];
  const candidates = [
    home === undefined ? undefined : join(home, 'bin', 'java'),
    which('java'),
    which('java', folders),
    ...folders.map((folder) => join(folder, 'java')),
  ];
  for (const java of new Set(candidates)) {
    if (java !== undefined && majorOf(await says(java, '-version')) >= oldestMajor) return java;
  }
  return undefined;
}

function majorOf(text: string | undefined): number {
  return Number(/version "(\d+)/.exec(text ?? '')?.[1] ?? 0);
}

/** A function that installs Java with the system's package manager; a refusal if this user may not install. */
export function javaInstaller(): ((context: PartContext) => Promise<string | undefined>) | Refusal {
  const installer = systemInstaller(packages);
  if (installer?.install === undefined) {
    const fix = installer === undefined ? 'Install Java 17 or newer.' : `Run: ${installer.command}`;
    return { reason: `Kafka needs Java ${oldestMajor} or newer, which is not on this machine`, fix };
  }
  const { install } = installer;
  return async (context) => {
    await install(context);
    return findJava();
  };
}
