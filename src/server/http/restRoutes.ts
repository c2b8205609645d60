import type { JsonValue, StoredEntity } from '../../interfaces/EntityKeyData.ts';
import type { Fault } from '../../protocol/faults.ts';
import { aName, anId } from '../../protocol/requestFaults.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { Denial } from '../Denial.ts';
import type { Desk } from '../Desk.ts';
import type { Documents } from '../documents/Documents.ts';
import { recordFault } from '../limits/admit.ts';
import type { ServerLimits } from '../limits/ServerLimits.ts';
import type { Permission, Principal } from '../Principal.ts';
import type { Permissions } from '../permissions/Permissions.ts';
import type { SyncService } from '../SyncService.ts';
import { documentOf } from '../sockets/syncEvents.ts';
import type { Route } from './routes.ts';

export interface RestParts {
  readonly documents: Documents;
  readonly permissions: Permissions;
  readonly service: SyncService;
  readonly desk: Desk;
  readonly limits: ServerLimits;
}

export interface RestRequest {
  readonly method: string;
  readonly search: URLSearchParams;
  readonly principal: Principal;
  body(): Promise<unknown>;
}

export interface RestAnswer {
  readonly status?: number;
  readonly body: unknown;
}

type RestRoute = Exclude<Route, { readonly to: 'health' | 'operation' }>;

/** What there is beside the operations of devices: documents one by one, deletions, and who may do what. */
export async function answerRest(route: RestRoute, request: RestRequest, parts: RestParts): Promise<RestAnswer> {
  if (route.to === 'permissions') return answerPermissions(request, parts);
  const { documents } = parts;
  const { principal } = request;
  refuse(aName(route.collection, 'the collection'));
  if (route.to === 'document') return answerDocument(route.collection, route.id, request, parts);
  const page = pageOf(request.search, parts.limits.page);
  if (route.to === 'deletions') return { body: await documents.deletions(principal, route.collection, page) };
  const { entities, next } = await documents.list(principal, route.collection, page);
  return { body: { documents: entities.map((entity) => shown(route.collection, entity)), next } };
}

async function answerDocument(
  collection: string,
  id: string,
  { method, principal, body }: RestRequest,
  { documents, desk, limits }: RestParts,
): Promise<RestAnswer> {
  refuse(anId(id, 'the id'));
  if (method === 'GET') {
    const entity = await documents.get(principal, collection, id);
    if (entity === null) throw absent();
    return { body: shown(collection, entity) };
  }
  desk.countWrite(principal);
  if (method === 'DELETE') {
    if (!(await documents.remove(principal, collection, id))) throw absent();
    return { body: { id, collection, deleted: true } };
  }
  const fields = await body();
  if (!isPlainObject(fields)) throw new Denial('bad-request', 'the body must be an object: the fields of the document');
  const fault = recordFault(fields, limits);
  if (fault !== undefined) throw new Denial(fault.code === 'too-large' ? 'too-large' : 'bad-request', fault.reason);
  const { entity, isNew } = await documents.put(principal, collection, id, fields as { [field: string]: JsonValue });
  return { status: isNew ? 201 : 200, body: shown(collection, entity) };
}

/** Lines about one collection are for whoever administers it, all others for who administers everything. */
async function answerPermissions(
  { method, principal, search, body }: RestRequest,
  { permissions, service, desk }: RestParts,
): Promise<RestAnswer> {
  const { tenant } = principal;
  const isRead = method === 'GET';
  const line = isRead ? { collection: search.get('collection') ?? '*' } : await body();
  const { collection } = Object(line) as { readonly collection?: unknown };
  if (typeof collection !== 'string') throw new Denial('bad-request', 'a permission names its collection');
  if (!(await service.checkPermission(principal, 'admin', collection))) {
    throw new Denial('forbidden', 'permissions are for those who may administer what they are about');
  }
  if (isRead) {
    const lines = await permissions.list(tenant);
    const ofIt = collection === '*' ? lines : lines.filter((each) => each.collection === collection);
    return { body: { permissions: ofIt } };
  }
  desk.countWrite(principal);
  try {
    await (method === 'POST'
      ? permissions.grant(tenant, line as Permission)
      : permissions.revoke(tenant, line as Permission));
  } catch (error) {
    if (error instanceof TypeError) throw new Denial('bad-request', error.message);
    throw error;
  }
  return { body: { ok: true } };
}

function pageOf(search: URLSearchParams, most: number): { readonly after?: string; readonly limit?: number } {
  const after = search.get('after');
  const limit = search.get('limit');
  if (limit !== null && !(/^\d{1,9}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= most)) {
    throw new Denial('bad-request', `limit must be a whole number from 1 to ${most}`);
  }
  return { ...(after === null ? {} : { after }), ...(limit === null ? {} : { limit: Number(limit) }) };
}

const shown = (collection: string, entity: StoredEntity): object => documentOf(collection, entity);

/** The same for what is not there and for what may not be seen. */
const absent = (): Denial => new Denial('not-found', 'there is no such document');

function refuse(fault: Fault): void {
  if (fault !== undefined) throw new Denial('bad-request', fault);
}
