import { reasonOf } from '../util/reasonOf.ts';

/** A package that the server needs and that its user installs; without it the error says how. */
export async function needed<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = Object(cause).code === 'ERR_MODULE_NOT_FOUND';
    throw new TypeError(isMissing ? `tiersync/server needs ${name}: npm install ${name}` : reasonOf(cause), { cause });
  }
}
