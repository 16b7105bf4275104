import type { Service } from '../service.ts';

/** Starts a service with its upkeep, as a process does that shares its ports with no other process. */
export async function startWithUpkeep(service: Service): Promise<void> {
  await service.start?.();
  service.startUpkeep?.();
}
