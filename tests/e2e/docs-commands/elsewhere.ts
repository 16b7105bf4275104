/** A command of the pages that the test of all commands does not run. */
export interface NotHere {
  readonly like: RegExp;
  readonly why: string;
}

/** Commands of the command line. */
export const cliNotHere: readonly NotHere[] = [
  {
    like: /^keys rotate(?: --now)?$/,
    why: 'it makes tokens of tests beside it invalid; security-key-rotation.test.ts runs it, alone',
  },
  { like: /^products import$/, why: 'a page names the command without its file' },
];

const needsCluster = 'it needs a cluster; deploy/ci/docs.test.ts compares its names with the manifests';
const ownRun = 'it starts, ends or measures a platform of its own; a check of CI runs it, or its own test does';

/** Lines of shell that are no command of the command line. */
export const shellNotHere: readonly NotHere[] = [
  { like: /^(?:npm run --silent k8s:secrets \| )?kubectl /, why: needsCluster },
  { like: /^(?:helm|argocd|kind) /, why: needsCluster },
  { like: /^docker /, why: 'it needs Docker; npm run test:compose and test:image run it' },
  { like: /^(?:sudo|journalctl) /, why: 'it changes the machine or needs systemd' },
  {
    like: /^deploy\/backup\/(?:backup|restore)\.sh /,
    why: 'tests/faults/restore.test.ts runs it, on databases of its own',
  },
  { like: /^(?:MODEL_RUNS=\d+ )?npm test\b/, why: 'this test is a part of it' },
  { like: /^npm run (?:dev|stop|reset|demo|bench|bench:sizing)\b/, why: ownRun },
  { like: /^npm run (?:test:[\w-]+|verify|fuzz)\b/, why: ownRun },
  { like: /^npm run (?:status|logs|help)\b/, why: 'it tells of a stack of development; deploy/dev has its tests' },
  {
    like: /^npm run (?:new:service|generate|db:generate|record-histories)\b/,
    why: 'it writes files of the repository; npm run verify or test:new-service runs it',
  },
  {
    like: /^(?:export |read -rs |mkdir |cd |set -a; )|^(?:[A-Z_a-z]+)=(?:postgres|\$\(kubectl)/,
    why: 'it prepares the commands after it',
  },
  { like: /^(?:cli\(\)|source <\(cli)/, why: 'it is for ~/.bashrc; cli/completion.test.ts tries the scripts' },
];
