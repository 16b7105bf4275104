/**
 * The topology of tests that start the real launcher (`ECOMMERCE_TOPOLOGY`). The variable FIXTURE contains its parts.
 */
import { type FixturePart, fixtureTopology } from './fixture.ts';

interface Fixture {
  readonly profile: string;
  readonly notes: string;
  readonly parts: readonly FixturePart[];
}

const { profile, notes, parts }: Fixture = JSON.parse(process.env['FIXTURE'] ?? '{}');

export default fixtureTopology(profile, notes, parts);
