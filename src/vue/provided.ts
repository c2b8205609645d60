import { type App, type InjectionKey, inject, type Plugin } from 'vue';
import { type AnyData, dataInUse } from '../watching/dataInUse.ts';
import type { UseRepo } from '../watching/UseRepo.ts';

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
export const useRepo: UseRepo = (entityName: string) => useTierSync().repo(entityName);
