// A lock file that names its holder, so that one left by a killed process is seen to be free.
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isSameProcess } from './identity.mjs';

const pollMs = 100;
let serial = 0;

/** Who holds the lock: { pid, identity }, or undefined if nobody alive does. */
export function lockHolder(file) {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8'));
    return isSameProcess(holder.pid, holder.identity) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock for a process (this one, unless another's number is given). false: somebody alive holds it. */
export function tryLock(file, pid = process.pid) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}.${serial++}`;
  writeFileSync(own, JSON.stringify({ pid, identity: identityOf(pid) }), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (link(own, file)) return true;
      if (lockHolder(file) !== undefined) return false;
      removeStale(file, `${own}.stale`);
    }
    return false;
  } finally {
    unlinkSync(own);
  }
}

/** Waits for the lock; `onWait(holder)` is told once. Gives the function that lets go of it. */
export async function lock(file, onWait = () => {}) {
  let told = false;
  while (!tryLock(file)) {
    const holder = lockHolder(file);
    if (!told && holder !== undefined) {
      told = true;
      onWait(holder);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return () => unlock(file);
}

/** Lets go of a lock that this process holds; leaves anybody else's alone. */
export function unlock(file) {
  try {
    if (JSON.parse(readFileSync(file, 'utf8')).pid === process.pid) unlinkSync(file);
  } catch {
    // already gone
  }
}

function link(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

// Renamed before it is judged: of two that see the same stale lock, only one gets to remove it.
function removeStale(file, aside) {
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (lockHolder(aside) !== undefined) link(aside, file);
  unlinkSync(aside);
}
