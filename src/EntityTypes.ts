import { EntityCodec } from './blob/EntityCodec.ts';
import type { EntitySettings } from './interfaces/EntitySettings.ts';
import { getOrAdd } from './util/getOrAdd.ts';

export interface EntityTypesOptions {
  readonly settingsOf: (entityName: string) => EntitySettings;
  readonly onMigrationError: (error: Error) => void;
}

/** What the app said about its entities, and how they are stored, name by name. */
export class EntityTypes {
  readonly #options: EntityTypesOptions;
  readonly #codecs = new Map<string, EntityCodec>();

  constructor(options: EntityTypesOptions) {
    this.#options = options;
  }

  settingsOf(entityName: string): EntitySettings {
    return this.#options.settingsOf(entityName);
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
