import type { SyncDocument } from '../../interfaces/SyncDocument.ts';
import { isSame } from '../../util/isSame.ts';
import type { ServerRepository } from '../ServerRepository.ts';

/** The repository of a collection in one tenant; whoever is named is noted as the one who did it. */
export type RepositoryOf = (collection: string, userId?: string) => ServerRepository;

/** Keeps what the application has made or deleted in one tenant, so that all devices get it, also later. */
export class AppDocuments {
  readonly #repositoryOf: RepositoryOf;

  constructor(repositoryOf: RepositoryOf) {
    this.#repositoryOf = repositoryOf;
  }

  async save({ id, collection, data, metadata: { expiresAt, retentionPriority } = {} }: SyncDocument): Promise<void> {
    const repository = this.#repositoryOf(collection);
    const life = {
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
      ...(retentionPriority === undefined ? {} : { retentionPriority }),
    };
    const held = await repository.get(id);
    if (held !== null) {
      const { id: _id, createdAt: _created, updatedAt: _updated, version: _version, ...fields } = held;
      // Said again, it is no new version.
      if (isSame(fields, { ...data, ...life })) return;
    }
    await repository.save({ ...data, ...life, id });
  }

  remove(collection: string, id: string, userId?: string): Promise<void> {
    return this.#repositoryOf(collection, userId).delete(id);
  }

  clear(collection: string, userId?: string): Promise<void> {
    return this.#repositoryOf(collection, userId).clear();
  }
}
