/** Every place, besides its own folder, where a service is entered. Tests compare most of these places with the registry. */
import { ahead, behind, entering, raised, re, type Edit, type Roles } from './edit.ts';
import type { Names } from './names.ts';

/** Most replicas of a new service. Each has five connections to Postgres, and an update adds one replica. */
export const mostReplicas = 3;
const connections = (mostReplicas + 1) * 5;

export function editsFor(names: Names, roles: Roles): readonly Edit[] {
  return [...inCode(names, roles), ...inDeployment(names, roles), ...inTests(names, roles), ...inPages(names, roles)];
}

function inCode({ name, Name, thing, THING }: Names, roles: Roles): readonly Edit[] {
  const enter = entering(roles);
  const { http, grpc } = roles.made;
  const row = `  ${name}: {
    title: '${Name}',
    name: '${name}-service',
    folder: 'services/${name}',
    ports: { http: ${http}, grpc: ${String(grpc).replace(/(?=\d{3}$)/, '_')} },
    schema: '${name}',
    hosts: { public: [${Name}Service], internal: [] },
    calls: [],
    needs: [],
  },
`;
  const reason = `
  // ${Name}.
  ${THING}_NOT_FOUND: { code: 'not_found', means: 'there is no such ${thing}, or it is somebody else’s' },
`;
  return [
    enter('runtime/registry.ts', (of) => re`^import \{ ${of.Service} \} .*\n`),
    enter('runtime/registry.ts', (of) => re`^ {2}${of.role}: \{\n[\s\S]*?^ {2}\},\n`, row),
    enter('runtime/services.ts', (of) => re`^import \{ build${of.Role} \} .*\n`),
    enter('runtime/services.ts', (of) => re`,\s+${of.role}\(parts\)`),
    enter(
      'runtime/services.ts',
      (of) => re`^function ${of.role}\([\s\S]*?^\}\n\n`,
      `function ${name}(parts: ServiceParts): Service | undefined {
  const config = parts.configs.${name};
  return config && build${Name}({ ...own(parts, '${name}'), database: parts.databases.of('${name}'), config });
}

`,
    ),
    enter('runtime/config.ts', (of) => re`^import \{ read${of.Role}Config \} .*\n`),
    enter('runtime/config.ts', (of) => re`^ {2}${of.role}: read${of.Role}Config,\n`),
    enter('proto/openapi/public-services.ts', (of) => re`^import \{ ${of.Service} \} .*\n`),
    enter('proto/openapi/public-services.ts', (of) => re`^ {2}${of.Service},\n`),
    ahead('proto/reasons.ts', re`^\} as const satisfies Readonly<Record<string, Declaration>>;`, reason),
  ];
}

function inDeployment({ name, NAME, things }: Names, roles: Roles): readonly Edit[] {
  const enter = entering(roles);
  const compose = 'docker-compose.yml';
  const gateway = 'deploy/nginx/templates/gateway.conf.template';
  return [
    enter(compose, (of) => re`^ {2}${of.ROLE}_ADDRESS: .*\n`),
    enter(compose, (of) => re`^ {6}${of.SCHEMA}_PASSWORD: .*\n`),
    enter(
      compose,
      (of) => re`^ {2}${of.role}:\n(?: {4}.*\n)+\n`,
      `  ${name}:
    <<: *platform
    command: [${name}]
    environment:
      <<: *settings
      DATABASE_URL: postgres://${name}:\${${NAME}_PASSWORD:-development-only}@postgres:5432/ecommerce
    depends_on:
      service-keys: *ended-well
      migrate: *ended-well

`,
    ),
    enter(compose, (of) => re`^ {6}${of.ROLE}_HTTP_1: .*\n(?: {6}${of.ROLE}_\w+: .*\n)+`),
    enter(compose, (of) => re`^ {6}${of.role}: \*healthy\n`),
    enter(
      gateway,
      (of) => re`^ +~\^/api/v1/\S+ +${of.role};\n`,
      `    ${`~^/api/v1/${things}(?:[/:]|$)`.padEnd(46)} ${name};\n`,
    ),
    ahead(gateway, re`(?<=\(\?<called>[a-z|]*)\|checkout\b`, `|${name}`),
    enter(gateway, (of) => re`(?<=<kept>/api/v1/\(\?:[a-z|]*)\|${of.path}\b`, `|${things}`),
    ...['http', 'grpc'].map((port) => enter(gateway, (of) => re`^upstream ${port}_${of.role} \{\n[\s\S]*?^\}\n`)),
    raised(compose, re`max_connections=(\d+)`, connections),
    raised('deploy/k8s/stateful/postgres/03-statefulset.yaml', re`max_connections=(\d+)`, connections),
    enter('deploy/postgres/init.sh', (of) => re`^ROLE_PASSWORD=\$${of.SCHEMA}_PASSWORD .*\n`),
    ahead('deploy/backup/tools.sh', re`^ {4}sso:SSO_DATABASE_URL`, `    ${name}:${NAME}_DATABASE_URL \\\n`),
    enter('deploy/monitoring/prometheus/prometheus.yml', (of) => re`^ {2}- job_name: ${of.role}\n(?: {4}.*\n)+`),
    enter('deploy/monitoring/prometheus/kubernetes.yml', (of) => re`(?<=\(sso[a-z|]*)\|${of.role}\b`),
    enter('deploy/k8s/stateful/postgres/01-secret.example', (of) => re`^ {2}${of.SCHEMA}_PASSWORD: .*\n`),
    ...['dev', 'production'].map((overlay) =>
      enter(`deploy/k8s/overlays/${overlay}/kustomization.yaml`, (of) => re`^ {2}- ${of.role}-service\n`),
    ),
    enter('deploy/k8s/overlays/production/tls/certificate.yaml', (of) => re`^ {4}- ${of.role}\.localhost\n`),
  ];
}

function inTests({ name }: Names, roles: Roles): readonly Edit[] {
  const enter = entering(roles);
  const rows = 'tests/e2e/rpc-matrix/rows.ts';
  const files = 'tests/e2e/drivers/public-files.ts';
  return [
    behind(rows, re`^import .* from '\./rows/products\.ts';\n`, `import { ${name}Rows } from './rows/${name}.ts';\n`),
    behind(rows, re`^ {2}\.\.\.orders,\n`, `  ...${name}Rows,\n`),
    enter(files, (of) => re`^import \{ ${of.protoFile} \} .*\n`),
    enter(files, (of) => re`^ {2}${of.protoFile},\n`),
    ahead('tests/e2e/http-files.test.ts', re`'process\.http',?\s*\];$`, `'${name}.http', `),
  ];
}

function inPages({ name, NAME, thing, things }: Names, roles: Roles): readonly Edit[] {
  const enter = entering(roles);
  const { http, grpc } = roles.made;
  const settings = `## ${name}

| setting | default | what it says |
| --- | --- | --- |
| \`${NAME}_REQUESTS_KEPT_DAYS\` | \`30\` | how long a \`request_id\` is remembered |

`;
  const role = `| \`${name}\` | ${http} | ${grpc} | ${things} of users | \`${name}\` | — | nobody |\n`;
  const requests = `| [${name}.http](${name}.http) | make a ${thing} and find it again |\n`;
  const repeats = `| \`POST /api/v1/${things}\` | required | |\n`;
  return [
    enter('docs/settings.md', (of) => re`\`${of.ROLE}_ADDRESS\`, `),
    enter('docs/settings.md', (of) => re`(?<=services have a database: [a-z, ]*), ${of.role}\b`),
    enter('docs/settings.md', (of) => re`^## ${of.role}\n[\s\S]*?(?=^## )`, settings),
    enter('docs/architecture.md', (of) => re`^\| \`${of.role}\` +\| \d.*\n`, role),
    enter('docs/deploy.md', (of) => re`(?<=all hosts below your domain \([^)]*)\`${of.role}\`, `),
    raised('docs/deploy.md', re`^\| Postgres connections +\| (\d+) in all`, connections),
    enter('docs/glossary.md', (of) => re`(?<=A job of the program: [a-z, ]*)${of.role}, `),
    ahead('docs/clients/README.md', re`^\| \`POST /api/v1/cart/items\``, repeats),
    ahead('docs/http/README.md', re`^\| \[process\.http\]`, requests),
    enter('README.md', (of) => re`(?<=services: sso, [a-z, ]*)${of.role}, `),
    enter('README.md', (of) => re`(?<=\`sso [a-z ]*)${of.role} (?=[a-z ]*relay\`)`),
  ];
}
