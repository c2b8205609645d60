import { encodeValue } from '../../blob/encodeValue.ts';
import type { JsonValue } from '../../interfaces/EntityKeyData.ts';
import type { Permission, Principal } from '../Principal.ts';
import type { SyncDocument } from '../sockets/SyncEvent.ts';
import type { Documents } from './Documents.ts';

/** The application's own code belongs to this group; no token can name it. */
const applicationGroup = '$application';

/** What it may do, in every tenant. */
export const applicationLine: Permission = {
  groupId: applicationGroup,
  collection: '*',
  actions: ['read', 'write', 'delete', 'admin'],
};

/** Keeps what the application has made or deleted in one tenant, so that all devices get it, also later. */
export class AppDocuments {
  readonly #documents: Documents;
  readonly #tenant: string;

  constructor(documents: Documents, tenant: string) {
    this.#documents = documents;
    this.#tenant = tenant;
  }

  async save({ id, collection, data, metadata: { expiresAt, retentionPriority } = {} }: SyncDocument): Promise<void> {
    const life = {
      ...(expiresAt && { expiresAt: new Date(expiresAt) }),
      ...(retentionPriority && { retentionPriority }),
    };
    const fields = encodeValue({ ...data, ...life }) as { readonly [field: string]: JsonValue };
    await this.#documents.put(this.#as(), collection, id, fields);
  }

  async remove(collection: string, id: string, userId?: string): Promise<void> {
    await this.#documents.remove(this.#as(userId), collection, id);
  }

  async clear(collection: string, userId?: string): Promise<void> {
    await this.#documents.clear(this.#as(userId), collection);
  }

  #as(userId: string = applicationGroup): Principal {
    return { tenant: this.#tenant, userId, groups: [applicationGroup] };
  }
}
