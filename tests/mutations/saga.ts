import type { Mutation } from './mutation.ts';

const saga = [
  'workflows/checkout.test.ts',
  'workflows/grouped.test.ts',
  'workflows/cancel.test.ts',
  'workflows/settle.test.ts',
];

/** Mistakes in the workflows and their activities. */
export const sagaMutations: readonly Mutation[] = [
  {
    name: 'a cancel also stops steps after the capture (no nonCancellable scope)',
    cost: 'money is taken, and goods are neither sold nor is the money given back',
    file: 'workflows/checkout.ts',
    from: 'return await CancellationScope.nonCancellable(async () => {\n    if (failure === undefined',
    to: 'return await CancellationScope.cancellable(async () => {\n    if (failure === undefined',
    tests: saga,
  },
  {
    name: 'the undo does not release the claim',
    cost: 'a claim that a dying worker did not record is never released',
    file: 'workflows/undo.ts',
    from: 'await Promise.all([releaseStock(steps, calls), steps.insist(calls.releaseClaim)]);',
    to: 'await releaseStock(steps, calls);',
    tests: saga,
  },
  {
    name: 'the undo ignores that the money was already captured',
    cost: 'a paid order fails and keeps the money',
    file: 'workflows/checkout.ts',
    from: "if ((await undo(steps, calls)) === 'captured') return await finish(self);",
    to: 'await undo(steps, calls);',
    tests: saga,
  },
  {
    name: 'a capture is given up after 60 s like an earlier step',
    cost: 'the answer is lost, and the captured money with it',
    file: 'workflows/checkout.ts',
    from: 'failure = await refusalOf(() => steps.lasting(calls.capture));',
    to: 'failure = await refusalOf(() => steps.bounded(calls.capture));',
    tests: saga,
  },
  {
    name: 'a grouped attempt captures although stage 1 is not done',
    cost: 'money is taken for goods that nobody reserved',
    file: 'activities/attempt.ts',
    from: 'if (!goesOn(claimCart, reserveStock, holdFunds)) return stageOne;',
    to: '',
    tests: ['activities'],
  },
  {
    name: 'a grouped attempt goes on after the workflow has given it up',
    cost: 'it takes money beside an undo',
    file: 'activities/attempt.ts',
    from: ' && !cancellationSignal().aborted',
    to: '',
    tests: ['activities'],
  },
  {
    name: 'a grouped attempt begins although a cancel came first',
    cost: 'an order that was cancelled before it began is bought',
    file: 'workflows/checkout.ts',
    from: 'if (cancelCause !== undefined || CancellationScope.current().consideredCancelled) return undefined;',
    to: '',
    tests: saga,
  },
  {
    name: 'a step that a grouped attempt refused is asked again',
    cost: 'a refusal may become a success after the undo began',
    file: 'workflows/steps.ts',
    from: 'throw new Refusal(first.failure);',
    to: '',
    tests: saga,
  },
  {
    name: 'a refused service token counts as a refusal of the order',
    cost: 'a wrong key in the configuration fails paid orders',
    file: 'activities/failure.ts',
    from: "return kind === 'definitive' && !aboutTheCaller.has(code);",
    to: "return kind === 'definitive';",
    tests: ['activities'],
  },
  {
    name: 'steps change their order: an incompatible change for running workflows',
    cost: 'every checkout that runs during the deployment is stuck',
    file: 'workflows/checkout.ts',
    from: "progress.stage('Stage 3 of 3: commit stock, complete the order');",
    to: "progress.stage('Stage 3 of 3: commit stock, complete the order');\n  await steps.lasting(calls.complete);",
    tests: ['workflows/replay.test.ts'],
  },
];
