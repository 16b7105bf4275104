import { availableParallelism } from 'node:os';
import { loginRatio } from '../bars.ts';
import { placeOf } from '../context.ts';
import { createNotes, usersText } from '../figures.ts';
import { timesNamed } from '../statistics.ts';
import type { Row } from './row.ts';

const users = 16;
const longestHashingSeconds = 3;

/** Sign-ins compared with the hashes that the machine can compute: a sign-in is little else. */
export const login: Row = {
  name: 'login',
  about: 'sign-ins per second, compared with the bcrypt hashes that all cores could compute',
  async measure(context) {
    const notes = createNotes();
    const platform = await context.platform();
    const { load: length } = context.lengths;
    context.say('bcrypt hashes alone');
    const seconds = Math.min(longestHashingSeconds, length.seconds);
    const hashMs = await context.load.run('hashAlone', { cost: platform.bcryptCost, seconds });
    context.say('sign-ins');
    const logins = await context.load.run('logins', { place: placeOf(platform), users, ...length });
    const cores = availableParallelism();
    notes.failed('logins', logins.failures);
    notes.add(`one hash, cost ${platform.bcryptCost}`, hashMs, 'ms');
    notes.add('cores', cores, 'count');
    notes.add(`logins, ${usersText(users)}`, logins.perSecond, '/s');
    notes.times('login', usersText(users), timesNamed(logins, 'login'));
    notes.add(loginRatio, logins.perSecond / (cores / (hashMs / 1000)), 'ratio');
    return notes.findings();
  },
};
