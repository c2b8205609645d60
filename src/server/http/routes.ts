import { paths } from '../../protocol/socketMessages.ts';
import { Denial } from '../Denial.ts';
import type { DeskOperation } from '../Desk.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Where a request leads. */
export type Route =
  | { readonly to: 'health' }
  | { readonly to: 'operation'; readonly operation: DeskOperation }
  | { readonly to: 'documents'; readonly collection: string }
  | { readonly to: 'document'; readonly collection: string; readonly id: string }
  | { readonly to: 'deletions'; readonly collection: string }
  | { readonly to: 'permissions' };

const methods: { readonly [to in Route['to']]: readonly Method[] } = {
  health: ['GET'],
  operation: ['POST'],
  documents: ['GET'],
  document: ['GET', 'PUT', 'DELETE'],
  deletions: ['GET'],
  permissions: ['GET', 'POST', 'DELETE'],
};

const operations: readonly DeskOperation[] = ['pull', 'metadata', 'keys', 'push'];

/** `path`: behind the place where the server is mounted. Throws where nothing is. */
export function routeOf(method: string, path: string): Route {
  const route = placeOf(path.replace(/^\/+|\/+$/g, ''));
  if (route === null) throw new Denial('not-found', 'there is nothing here');
  const allowed: readonly string[] = methods[route.to];
  if (!allowed.includes(method)) throw new Denial('method-not-allowed', `this takes ${allowed.join(', ')}`);
  return route;
}

function placeOf(path: string): Route | null {
  const operation = operations.find((name) => paths[name] === path);
  if (operation !== undefined) return { to: 'operation', operation };
  if (path === 'v1/health') return { to: 'health' };
  if (path === 'v1/permissions') return { to: 'permissions' };
  const [version, top, collection, kind, id, ...rest] = path.split('/').map(decoded);
  if (version !== 'v1' || top !== 'collections' || !collection || rest.length > 0) return null;
  if (kind === 'documents')
    return id === undefined ? { to: 'documents', collection } : { to: 'document', collection, id };
  return kind === 'deletions' && id === undefined ? { to: 'deletions', collection } : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new Denial('bad-request', 'the address holds a % that begins nothing', { cause });
  }
}
