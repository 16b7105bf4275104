import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';

/** The numbers of Temporal's API for the types (`IndexedValueType`). */
const valueTypes = { KEYWORD: 2, INT: 3 } as const;

/** Names and types of search attributes. */
export type SearchAttributeTypes = Readonly<Record<string, keyof typeof valueTypes>>;

type Connection = Pick<Client['connection'], 'operatorService'>;

/**
 * Registers the search attributes that the namespace does not know yet: a start or an upsert with one of them would fail.
 * @throws Error that names them, if Temporal does not allow it
 */
export async function ensureSearchAttributes(
  { operatorService }: Connection,
  namespace: string,
  wanted: SearchAttributeTypes,
): Promise<void> {
  const missing = async () => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return Object.entries(wanted).filter(([name]) => !(name in (customAttributes ?? {})));
  };
  const unknown = await missing();
  if (unknown.length === 0) return;
  const searchAttributes = Object.fromEntries(unknown.map(([name, type]) => [name, valueTypes[type]]));
  await operatorService.addSearchAttributes({ namespace, searchAttributes }).catch(async (error: unknown) => {
    // Another process may have registered them meanwhile.
    const still = await missing();
    if (still.length === 0) return;
    const names = still.map(([name, type]) => `${name} (${type})`).join(', ');
    const why = isGrpcServiceError(error) ? error.details : String(error);
    throw new Error(`search attributes are not registered: ${names}; register them in the namespace: ${why}`, {
      cause: error,
    });
  });
}
