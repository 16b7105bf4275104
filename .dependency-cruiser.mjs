/**
 * Who may import whom. `npm run verify` holds the code to it, `deploy/ci/imports.test.ts` holds each rule to a violation.
 * A type-only import counts as much as any other: it is what a reader has to know as well.
 */

/** An import goes down to a lower floor, or stays in its own folder. Folders of one floor don't know each other. */
const floors = [
  ['tests', 'bench', 'demo'], // the whole platform from outside: black box, load, show
  ['testkit'], //                what those share: one shopper, one proxy, one patience
  ['deploy', 'cli'], //          the launcher and the checks; the operator's commands
  ['runtime'], //                the composition root: the one place that knows every role
  ['audit'], //                  the invariants across services
  ['activities'], //             the steps of a checkout
  ['services', 'workflows'], //  side by side: what is owned, and in which order it is done
  ['platform', 'docs'], //       what every process shares; the clients that the docs show
  ['proto', 'drizzle'], //       the contract with its generated code; the migrations
];

/** The rooms of platform/, lowest first; the same rule as between floors. */
const platformRooms = [
  ['errors', 'telemetry', 'loop.ts', 'gate.ts'],
  ['auth'],
  ['config'],
  ['data'],
  ['events'],
  ['service.ts'],
  ['rpc', 'temporal'],
];

const transports = ['@connectrpc', '@hono', 'hono'];
const storage = ['drizzle-orm', 'pg', 'postgres', 'ioredis', 'kafkajs', '@temporalio'];

/** Inside every service: handlers → domain → repository → schema, and app.ts puts them together. */
const rooms = [
  {
    room: 'domain',
    never: ['app', 'routes', 'handlers', 'convert', 'adapters', 'schema'],
    typesOnlyOf: ['repository'],
    packages: [...transports, ...storage],
    why: 'Rules of the business stand alone: what they need comes in deps, by an interface of ports.ts or the repository.',
  },
  {
    room: 'repository',
    never: ['app', 'routes', 'handlers', 'convert', 'adapters'],
    typesOnlyOf: ['domain(?!/errors[.]ts)'],
    packages: transports,
    why: 'It is SQL: it knows the types of the domain and the errors that a constraint stands for, and decides nothing.',
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
    why: 'It only turns types of the domain into messages and back.',
  },
  {
    room: 'adapters',
    never: ['app', 'routes', 'handlers', 'schema'],
    why: 'An adapter fills one interface of ports.ts; whoever uses it knows that interface.',
  },
];

const tests = '[.]test[.]ts$';
const helpersOfTests = '(^|/)testing/|^testkit/';
/** What the image runs; deploy/ci/image-files.test.ts computes the same from the Dockerfile. */
const shipped = '^((proto|platform|services|workflows|activities|audit|runtime|cli)/|deploy/docker/[^/]+[.]ts$)';
const notShipped = [tests, helpersOfTests, '^proto/(generate|comments)[.]ts$'];

const any = (names) => `(${names.join('|')})`;
const packages = (names) => `(^|/)node_modules/${any(names)}/`;
/** `a` stands for the folder a/ and for the file a.ts; `a.ts` is only the file. */
const roomsNamed = (names) => `${any(names)}([.]ts$|/)`;
/** What `own` must not import: all that stands beside or above it. */
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
    comment: `Rooms of platform/ stand in an order, so that none needs itself. ${room} must not know ${closed.join(', ')}.`,
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
      comment: 'Every folder at the top has its floor: give this one a place in `floors` of .dependency-cruiser.mjs.',
      from: { path: '^[^/]+/', pathNot: [`^${any(floors.flat())}/`, '(^|/)node_modules/'] },
      to: {},
    },
    {
      name: 'no-circle',
      comment: 'Files that import each other can only be read, moved and tested together. Types count.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'service-to-service',
      comment: 'A service owns its data. Another one calls it through a generated client that it gets in deps.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    ...serviceRules,
    ...platformRules,
    {
      name: 'activities-contract',
      comment: 'Of workflows/ the steps know the contract only, so that a workflow can change without them.',
      from: { path: '^activities/', pathNot: tests },
      to: { path: '^workflows/(?!contract/)' },
    },
    {
      name: 'workflow-sandbox',
      comment:
        'Workflow code is replayed: what index.ts reaches runs in the sandbox, without Node and without other packages.',
      from: { path: '^workflows/index[.]ts$' },
      to: {
        reachable: true,
        pathNot: ['^workflows/', '^proto/money[.]ts$', packages(['@temporalio/workflow', '@temporalio/common'])],
      },
    },
    {
      name: 'docs-clients',
      comment: 'A client that the docs show has what a stranger has: the generated code and public packages.',
      from: { path: '^docs/' },
      to: { pathNot: ['^docs/', '^proto/gen/', '(^|/)node_modules/'] },
    },
    {
      name: 'tests-stay-out',
      comment: 'Only tests, bench/ and demo/ use what was written for tests; the image leaves it out.',
      from: { pathNot: [tests, helpersOfTests, '^(tests|bench|demo)/'] },
      to: { path: [tests, helpersOfTests] },
    },
    {
      name: 'no-dev-dependency',
      comment: 'The image is installed without devDependencies.',
      from: { path: shipped, pathNot: notShipped },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'declared',
      comment: 'What is imported stands in package.json: a package that only another one brings can vanish any day.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // TypeScript 7 has no API to parse with. swc has, is there for Temporal's bundler, and keeps type-only imports.
    parser: 'swc',
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(coverage|[.]state|proto/deps)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
