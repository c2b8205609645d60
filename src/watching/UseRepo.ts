import type { DataRepository, Registered } from 'tiersync';

/** The entities of one name, to write to: by the types that the app has declared, or by the one that is named. */
export interface UseRepo {
  <Name extends keyof Registered & string>(entityName: Name): DataRepository<Registered[Name] & object>;
  <E extends object = Record<string, unknown>>(entityName: string): DataRepository<E>;
}
