import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import type { PartContext } from '../supervisor/part.ts';
import { systemInstaller } from './system-packages.ts';
import { eitherWay, installOnce, runTool, unpackDownload, which } from './tools.ts';

export const kafkaVersion = '4.1.1';
const scala = '2.13';
const logBindingVersion = '2.24.3';
const archiveUrl = `https://archive.apache.org/dist/kafka/${kafkaVersion}/kafka_${scala}-${kafkaVersion}.tgz`;
const mavenPlugin = { apt: 'maven', dnf: 'maven', apk: 'maven', brew: 'maven' };

/** A Kafka 4 on this machine: in KAFKA_HOME, or installed by Homebrew; undefined if there is none. */
export function kafkaHome(env: NodeJS.ProcessEnv): { folder: string; libraries: string; version: string } | undefined {
  const folders = [env['KAFKA_HOME'], '/opt/homebrew/opt/kafka/libexec', '/usr/local/opt/kafka/libexec'];
  for (const folder of folders) {
    if (folder === undefined || folder === '') continue;
    const libraries = join(folder, 'libs');
    const jar = existsSync(libraries)
      ? readdirSync(libraries).find((name) => /^kafka_2\.13-4\..*\d\.jar$/.test(name))
      : undefined;
    if (jar !== undefined) return { folder, libraries, version: /-(4\.[\d.]*\d)\.jar$/.exec(jar)?.[1] ?? '4' };
  }
  return undefined;
}

/**
 * A function that puts Kafka's jars into the tool cache, from the official archive or else Maven, and gives their
 * folder.
 */
export function kafkaInstaller(): (context: PartContext) => Promise<string> {
  return async (context) => {
    const folder = join(cacheFolder(), `kafka-${kafkaVersion}`);
    const install = eitherWay(fromArchive, fromMaven);
    await installOnce(folder, isComplete, (aside) => install(aside, context), context);
    return join(folder, 'libs');
  };
}

async function isComplete(folder: string): Promise<boolean> {
  const libraries = join(folder, 'libs');
  if (!existsSync(libraries)) return false;
  const jars = readdirSync(libraries);
  return (
    jars.includes(`kafka_${scala}-${kafkaVersion}.jar`) && jars.some((name) => name.startsWith('log4j-slf4j-impl'))
  );
}

async function fromArchive(aside: string, context: PartContext): Promise<void> {
  context.progress('Downloading');
  await unpackDownload(archiveUrl, aside, { name: 'Kafka', members: ['--strip-components=1'] }, context);
}

async function fromMaven(aside: string, context: PartContext): Promise<void> {
  if (which('mvn') === undefined) await installMaven(context);
  context.progress('Downloading (Maven)');
  const project = join(aside, 'pom.xml');
  const libraries = join(aside, 'libs');
  mkdirSync(libraries, { recursive: true });
  writeFileSync(project, pom());
  const args = [
    '-q',
    '-B',
    '-Dstyle.color=never',
    '-f',
    project,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${libraries}`,
  ];
  await runTool('mvn', args, {
    logFile: context.logFile,
    signal: context.signal,
    cwd: aside,
    failure: 'Kafka could be downloaded neither from archive.apache.org nor with Maven',
    suggestion: `Check the network, or unpack Kafka ${kafkaVersion} yourself and set KAFKA_HOME.`,
  });
  cpSync(project, join(libraries, 'pom.xml'));
}

async function installMaven(context: PartContext): Promise<void> {
  const installer = systemInstaller(mavenPlugin);
  if (installer?.install !== undefined) return installer.install(context);
  const install = installer === undefined ? 'install Maven' : `run ${installer.command}`;
  throw new Error(
    `Kafka could not be downloaded: archive.apache.org does not answer, and Maven is missing. To solve this, ${install}, or set KAFKA_HOME to a Kafka 4`,
  );
}

function pom(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>ecommerce</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependency('org.apache.kafka', `kafka_${scala}`, kafkaVersion)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', logBindingVersion)}
</dependencies></project>
`;
}
