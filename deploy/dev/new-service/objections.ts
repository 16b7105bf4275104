import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindingsOf } from '../../../proto/openapi/bindings.ts';
import { isReason } from '../../../proto/reasons.ts';
import { owners, publicServices, roles, schemaOf, tools } from '../../../runtime/registry.ts';
import { namesOf, type Names } from './names.ts';
import { readTemplate } from './template.ts';

/** Words that JavaScript keeps for itself, and those that Postgres knows as no role's name. */
const reserved = new Set(
  `all arguments async await break case catch class const continue debugger default delete else enum eval export extends
  false finally for function implements import instanceof interface let new none null package private protected public
  return static super switch this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

/** Why a word can not be the name of a service; undefined if it can. */
export function objectionTo(name: string, root: string): string | undefined {
  if (!/^[a-z]{3,20}$/.test(name)) return 'a name is one word of 3 to 20 lower-case letters, such as reviews';
  const names = namesOf(name);
  return likeARole(names) ?? likeAWordOfCode(names, root) ?? likeAPart(names, root) ?? inTheContract(names, root);
}

function likeARole({ name, thing }: Names): string | undefined {
  const taken = [...roles, ...owners.map(schemaOf), ...Object.keys(tools)];
  if (taken.includes(name)) return `${name} is taken: see runtime/registry.ts`;
  const other = taken.find((each) => namesOf(each).thing === thing);
  return other && `it is too like ${other}`;
}

function likeAWordOfCode({ name, thing, things, Thing }: Names, root: string): string | undefined {
  const forms = [name, thing, things, Thing];
  const keyword = forms.find((form) => reserved.has(form));
  if (keyword !== undefined) return `${keyword} is a word of the language`;
  const template = readTemplate().filter(({ path }) => path.endsWith('.ts'));
  const used = wordsOf(template.map(({ text }) => text.replaceAll(/__[a-z]+__/gi, '_')).join('\n'));
  const clash = forms.find((form) => used.has(form));
  if (clash !== undefined) return `the code of every new service calls something else ${clash}`;
  const file = 'runtime/services.ts';
  return wordsOf(readFileSync(join(root, file), 'utf8')).has(name) ? `${file} calls something else ${name}` : undefined;
}

function wordsOf(code: string): ReadonlySet<string> {
  const bare = code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return new Set(bare.match(/\b[A-Za-z]+\b/g));
}

function likeAPart({ name, NAME }: Names, root: string): string | undefined {
  const places: readonly (readonly [file: string, pattern: RegExp, what: string])[] = [
    ['docker-compose.yml', new RegExp(`^ {2}${name}:$`, 'm'), 'a container'],
    ['docker-compose.yml', new RegExp(`\\b${NAME}_(?:ADDRESS|PASSWORD)\\b`), 'a setting'],
    ['docs/settings.md', new RegExp(`\`${NAME}_(?:ADDRESS|DATABASE_URL)\``), 'a setting'],
    ['deploy/k8s/overlays/production/tls/certificate.yaml', new RegExp(`- ${name}\\.localhost$`, 'm'), 'a host'],
    ['deploy/postgres/init.sh', new RegExp(`make_role ${name}$`, 'm'), 'a role of Postgres'],
  ];
  for (const [file, pattern, what] of places)
    if (pattern.test(readFileSync(join(root, file), 'utf8'))) return `${file} has ${what} of this name`;
  const folder = ['proto/ecommerce', 'services', 'drizzle', 'deploy/k8s/services']
    .map((each) => (each.startsWith('deploy') ? `${each}/${name}-service` : `${each}/${name}`))
    .find((each) => existsSync(join(root, each)));
  return folder && `there is a folder ${folder}`;
}

function inTheContract({ things, Thing, THING }: Names, root: string): string | undefined {
  const paths = publicServices.flatMap(({ methods }) => methods.flatMap(bindingsOf)).map(({ path }) => path);
  if (paths.some((path) => path.split(/[/:]/)[3] === things)) return `the path /api/v1/${things} is taken`;
  if (isReason(`${THING}_NOT_FOUND`)) return `the reason ${THING}_NOT_FOUND is taken: see proto/reasons.ts`;
  const document = JSON.parse(readFileSync(join(root, 'proto/gen/openapi.json'), 'utf8')) as {
    readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  };
  const messages = [Thing, `Create${Thing}Request`, `Get${Thing}Request`];
  const message = messages.find((each) => Object.hasOwn(document.components.schemas, each));
  return message && `the contract has a ${message} already`;
}
