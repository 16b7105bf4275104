import { seedFrom } from '../../../testkit/random.ts';

/** Runs before the first test file. Sets one seed for all files, so that one number repeats the whole run. */
export default function setup(): void {
  const seed = String(seedFrom(process.env));
  process.env['FAULTS_SEED'] = seed;
  console.log(`FAULTS_SEED=${seed} repeats this run.`);
}
