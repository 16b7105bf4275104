/** What `ECOMMERCE_TOPOLOGY` points to in the tests that start the real launcher. Its parts come from FIXTURE. */
import { type FixturePart, fixtureTopology } from './fixture.ts';

interface Fixture {
  readonly profile: string;
  readonly notes: string;
  readonly parts: readonly FixturePart[];
}

const { profile, notes, parts }: Fixture = JSON.parse(process.env['FIXTURE'] ?? '{}');

export default fixtureTopology(profile, notes, parts);
