// Lock files. A lock file names the process that holds it, so the lock of a process that was killed counts as free.
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isSameProcess } from './identity.mjs';

const pollMs = 100;
let serial = 0;

/** The process that holds the lock, as { pid, identity }; undefined if no live process does. */
export function lockHolder(file) {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8'));
    return isSameProcess(holder.pid, holder.identity) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock for this process or the given one. Returns false if a live process holds it. */
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

/**
 * Waits for the lock and takes it. Calls `onWait(holder)` once if it has to wait. Returns a function that releases it.
 */
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

/** Releases a lock if this process holds it. */
export function unlock(file) {
  try {
    if (JSON.parse(readFileSync(file, 'utf8')).pid === process.pid) unlinkSync(file);
  } catch {
    // the lock file no longer exists
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

// Two processes may find the same stale lock. Only one of them succeeds in renaming it, and only that one removes it.
function removeStale(file, aside) {
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (lockHolder(aside) !== undefined) link(aside, file);
  unlinkSync(aside);
}
