import type { JsonValue } from '../../interfaces/EntityKeyData.ts';
import type { SyncEventType as NamedType, SyncDocument, SyncEvent } from '../../interfaces/SyncDocument.ts';
import type { WireChange } from '../../protocol/wireChange.ts';

/** The types of events, by name. */
export const SyncEventType: {
  readonly DOCUMENT_CREATED: 'document:created';
  readonly DOCUMENT_UPDATED: 'document:updated';
  readonly DOCUMENT_DELETED: 'document:deleted';
  readonly COLLECTION_CLEARED: 'collection:cleared';
} = Object.freeze({
  DOCUMENT_CREATED: 'document:created',
  DOCUMENT_UPDATED: 'document:updated',
  DOCUMENT_DELETED: 'document:deleted',
  COLLECTION_CLEARED: 'collection:cleared',
});
export type SyncEventType = NamedType;

/** These stand under `metadata`, and everything else under `data`. */
const lifeFields = ['createdAt', 'updatedAt', 'version', 'expiresAt', 'retentionPriority'];

export function documentOf(
  collection: string,
  { id, ...fields }: { readonly id: string; readonly [field: string]: JsonValue },
): SyncDocument {
  const of = (isLife: boolean): { [field: string]: JsonValue } =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => lifeFields.includes(name) === isLife));
  return { id, collection, data: of(false), metadata: of(true) };
}

/** A first version was created, as far as the server can tell. */
export function syncEventOf(change: WireChange): SyncEvent {
  const { name: collection } = change;
  if (!('entity' in change)) {
    const { id: documentId, deletedAt } = change;
    return { type: SyncEventType.DOCUMENT_DELETED, collection, documentId, timestamp: new Date(deletedAt) };
  }
  const { id, version, updatedAt } = change.entity;
  const type = version <= 1 ? SyncEventType.DOCUMENT_CREATED : SyncEventType.DOCUMENT_UPDATED;
  const document = documentOf(collection, change.entity);
  return { type, collection, documentId: id, document, timestamp: new Date(updatedAt) };
}
