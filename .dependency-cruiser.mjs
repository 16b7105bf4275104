/**
 * The rules on imports. `npm run verify` checks the code against them; `deploy/ci/imports.test.ts` breaks each rule
 * once and expects it to be reported. A type-only import counts like any other, because a reader must know the type,
 * too.
 */

/** An import goes down to a lower floor, or stays in its own folder. Folders of one floor don't know each other. */
const floors = [
  ['tests', 'bench', 'demo'], // they use the whole platform from outside: black-box tests, load, the demo
  ['testkit'], //                what the folders above share: the shopper, the proxies, waiting for a condition
  ['deploy', 'cli'], //          the launcher and the checks; the operator's commands
  ['runtime'], //                the composition root: the one place that knows every role
  ['audit'], //                  the invariants across services
  ['activities'], //             the steps of a checkout
  ['services', 'workflows'], //  side by side: the data and its rules, and the sequence of the steps
  ['platform', 'docs'], //       what every process shares; the clients shown in the docs
  ['proto', 'drizzle'], //       the contract with its generated code; the migrations
];

/** The rooms of platform/, lowest first. The rule for floors holds for them, too: imports only go down. */
const platformRooms = [
  ['errors', 'telemetry', 'gate.ts'],
  ['failure-log.ts'],
  ['loop.ts'],
  ['auth'],
  ['config'],
  ['data'],
  ['events'],
  ['service.ts'],
  ['rpc', 'temporal'],
];

const transports = ['@connectrpc', '@hono', 'hono'];
const storage = ['drizzle-orm', 'pg', 'postgres', 'ioredis', 'kafkajs', '@temporalio'];

/** The rooms of a service: handlers → domain → repository → schema. app.ts puts them together. */
const rooms = [
  {
    room: 'domain',
    never: ['app', 'routes', 'handlers', 'convert', 'adapters', 'schema'],
    typesOnlyOf: ['repository'],
    packages: [...transports, ...storage],
    why: 'The domain holds the rules of the business. It gets everything else in `deps`, as an interface of ports.ts or as the repository.',
  },
  {
    room: 'repository',
    never: ['app', 'routes', 'handlers', 'convert', 'adapters'],
    typesOnlyOf: ['domain(?!/errors[.]ts)'],
    packages: transports,
    why: 'The repository is SQL and decides nothing. It knows the types of the domain, and the errors that constraints map to.',
  },
  {
    room: 'handlers',
    never: ['app', 'routes', 'adapters', 'schema'],
    typesOnlyOf: ['repository'],
    packages: storage,
    why: 'A handler converts, calls one verb of the domain and converts back.',
  },
  {
    room: 'convert',
    never: ['app', 'routes', 'handlers', 'adapters', 'repository', 'schema'],
    packages: storage,
    why: 'convert/ only turns types of the domain into messages and back.',
  },
  {
    room: 'adapters',
    never: ['app', 'routes', 'handlers', 'schema'],
    why: 'An adapter implements one interface of ports.ts. Its users know only that interface.',
  },
];

const tests = '[.]test[.]ts$';
const helpersOfTests = '(^|/)testing/|^testkit/';
/** The files in the container image. deploy/ci/image-files.test.ts computes the same set from the Dockerfile. */
const shipped = '^((proto|platform|services|workflows|activities|audit|runtime|cli)/|deploy/docker/[^/]+[.]ts$)';
const notShipped = [tests, helpersOfTests, '^proto/(generate|comments)[.]ts$'];

const any = (names) => `(${names.join('|')})`;
const packages = (names) => `(^|/)node_modules/${any(names)}/`;
/** The name `a` means the folder a/ and the file a.ts; the name `a.ts` means only the file. */
const roomsNamed = (names) => `${any(names)}([.]ts$|/)`;
/** The names that `own` must not import: everything on its own level and above. */
const besideOrAbove = (levels, own) => {
  const level = levels.findIndex((names) => names.includes(own));
  return levels.slice(0, level + 1).flatMap((names) => names.filter((name) => name !== own));
};

const floorRules = floors.flat().flatMap((folder) => {
  const closed = besideOrAbove(floors, folder);
  if (closed.length === 0) return [];
  return {
    name: `floors-${folder}`,
    comment: `Imports go down. ${folder}/ stands below or beside ${closed.join(', ')}: pass what it needs as an argument, or move the shared part down.`,
    from: { path: `^${folder}/` },
    to: { path: `^${any(closed)}/` },
  };
});

const platformRules = platformRooms.flat().flatMap((room) => {
  const closed = besideOrAbove(platformRooms.toReversed(), room).map((name) => name.replace('.', '[.]'));
  return {
    name: `platform-${room.replace('.ts', '')}`,
    comment: `The rooms of platform/ have an order, so that there is no circle. ${room} must not import ${closed.join(', ')}.`,
    from: { path: `^platform/${room.replace('.', '[.]')}`, pathNot: [tests, helpersOfTests] },
    to: { path: `^platform/${any(closed)}(/|$)` },
  };
});

const serviceRules = rooms.flatMap(({ room, never, typesOnlyOf, packages: closed, why }) => {
  const from = { path: `^services/([^/]+)/${roomsNamed([room])}`, pathNot: tests };
  const rule = (kind, to) => ({ name: `service-${room}-${kind}`, comment: why, from, to });
  return [
    rule('rooms', { path: `^services/$1/${roomsNamed(never)}` }),
    ...(typesOnlyOf === undefined
      ? []
      : [rule('types-only', { path: `^services/$1/${any(typesOnlyOf)}`, dependencyTypesNot: ['type-only'] })]),
    ...(closed === undefined ? [] : [rule('packages', { path: packages(closed) })]),
  ];
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floorRules,
    {
      name: 'folder-without-floor',
      comment: 'Every top-level folder has a floor: add this one to `floors` in .dependency-cruiser.mjs.',
      from: { path: '^[^/]+/', pathNot: [`^${any(floors.flat())}/`, '(^|/)node_modules/'] },
      to: {},
    },
    {
      name: 'platform-room-without-level',
      comment: 'Every room of platform/ has its level: add this one to `platformRooms` in .dependency-cruiser.mjs.',
      from: {
        path: '^platform/',
        pathNot: [
          tests,
          helpersOfTests,
          `^platform/${any(platformRooms.flat().map((room) => room.replace('.', '[.]')))}(/|$)`,
        ],
      },
      to: {},
    },
    {
      name: 'no-circle',
      comment: 'Files that import each other can only be read, moved and tested together. Imports of types count.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'service-to-service',
      comment: 'A service owns its data. Other services call it through a generated client that they get in `deps`.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    ...serviceRules,
    ...platformRules,
    {
      name: 'activities-contract',
      comment: 'activities/ import only workflows/contract/ of workflows/, so that a workflow can change without them.',
      from: { path: '^activities/', pathNot: tests },
      to: { path: '^workflows/(?!contract/)' },
    },
    {
      name: 'workflow-sandbox',
      comment:
        "Workflow code runs in Temporal's sandbox, without Node and without other packages. This includes everything that workflows/index.ts imports, directly or not.",
      from: { path: '^workflows/index[.]ts$' },
      to: {
        reachable: true,
        pathNot: [
          '^workflows/',
          '^proto/(money|currencies)[.]ts$',
          '^platform/telemetry/mask[.]ts$',
          packages(['@temporalio/workflow', '@temporalio/common']),
        ],
      },
    },
    {
      name: 'docs-clients',
      comment: 'The clients in docs/ import only what an outsider has: the generated code and public packages.',
      from: { path: '^docs/' },
      to: { pathNot: ['^docs/', '^proto/gen/', '(^|/)node_modules/'] },
    },
    {
      name: 'tests-stay-out',
      comment: 'Only tests, bench/ and demo/ import helpers of tests. The image does not contain these helpers.',
      from: { pathNot: [tests, helpersOfTests, '^(tests|bench|demo)/'] },
      to: { path: [tests, helpersOfTests] },
    },
    {
      name: 'no-dev-dependency',
      comment: 'The image is built without devDependencies, so code in it must not import them.',
      from: { path: shipped, pathNot: notShipped },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'declared',
      comment:
        'An imported package must be in package.json. A package that only comes with another one can disappear with any update.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // TypeScript 7 has no parser API. swc has one, reports type-only imports, and is installed for Temporal's bundler.
    parser: 'swc',
    doNotFollow: { path: '(^|/)node_modules/' },
    // The last one is a program of another package: the generated client's, with packages of its own.
    exclude: { path: '^((coverage|[.]state|proto/deps)/|tests/clients/typescript/buy[.]mts$)' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
