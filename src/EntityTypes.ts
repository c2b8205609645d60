import { EntityCodec } from './blob/EntityCodec.ts';
import type { EntitySettings } from './interfaces/EntitySettings.ts';
import { getOrAdd } from './util/getOrAdd.ts';

export interface EntityTypesOptions {
  readonly settings: { readonly [entityName: string]: EntitySettings } | undefined;
  readonly onMigrationError: (error: Error) => void;
}

const none: EntitySettings = Object.freeze({});

/** What the app said about its entities, name by name; a name that nobody mentioned is as good as any. */
export class EntityTypes {
  readonly #options: EntityTypesOptions;
  readonly #codecs = new Map<string, EntityCodec>();

  constructor(options: EntityTypesOptions) {
    this.#options = options;
  }

  settingsOf(entityName: string): EntitySettings {
    return this.#options.settings?.[entityName] ?? none;
  }

  codecOf(entityName: string): EntityCodec {
    return getOrAdd(this.#codecs, entityName, () => {
      const { memoryOnly, migrate } = this.settingsOf(entityName);
      const onMigrationError = (cause: unknown, id: string): void =>
        this.#options.onMigrationError(new Error(`${entityName} ${id} could not be migrated`, { cause }));
      return new EntityCodec({ entityName, memoryOnly, migrate, onMigrationError });
    });
  }
}
