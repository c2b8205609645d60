import type { DataRepository, Registered } from 'tiersync';
import { type App, type InjectionKey, inject, type Plugin } from 'vue';
import { type AnyData, dataInUse } from '../watching/dataInUse.ts';

const provided: InjectionKey<AnyData> = Symbol('tiersync');

/** `app.use(tierSync(data))` gives the data to the composables. Without it they use the singleton. */
export const tierSync = (data: AnyData): Plugin => ({
  install: (app: App) => {
    app.provide(provided, data);
  },
});

/** The orchestrator itself, for what has no composable. */
export const useTierSync = (): AnyData => dataInUse(inject(provided, null));

/** The entities of one name, to write to. */
export function useRepo<Name extends keyof Registered & string>(
  entityName: Name,
): DataRepository<Registered[Name] & object>;
export function useRepo<E extends object = Record<string, unknown>>(entityName: string): DataRepository<E>;
export function useRepo(entityName: string): unknown {
  return useTierSync().repo(entityName);
}
