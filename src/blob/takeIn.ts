import { TierSyncError } from '../errors.ts';
import type { AnyEntity, EntityFields } from '../interfaces/Entity.ts';
import { FrozenDate } from '../util/FrozenDate.ts';
import { limits } from './limits.ts';
import { textBytes } from './textBytes.ts';

/** Why a value was refused; the path grows while the refusal travels up. */
class Refusal {
  readonly path: (string | number)[] = [];
  readonly code: 'invalid-entity' | 'too-large';
  readonly reason: string;
  readonly cause: unknown;
  constructor(code: 'invalid-entity' | 'too-large', reason: string, cause?: unknown) {
    this.code = code;
    this.reason = reason;
    this.cause = cause;
  }
}

interface Budget {
  nodes: number;
  /** UTF-16 units of all text and a guess for the rest: a lower bound of the bytes, and a third of an upper one. */
  units: number;
  readonly freeze: boolean;
}

const unsupported = (what: string, instead: string): Refusal =>
  new Refusal('invalid-entity', `${what} cannot be kept; ${instead}`);

/** A copy that shares nothing with the value and cannot be changed. */
function take(value: unknown, depth: number, budget: Budget): unknown {
  switch (typeof value) {
    case 'string':
      budget.units += value.length;
      return value;
    case 'number':
    case 'boolean':
      budget.units += 4;
      return value;
    case 'bigint':
      // Hexadecimal takes time in proportion to its length, decimal far more.
      budget.units += 24 + value.toString(16).length;
      return value;
    case 'object':
      return value === null ? null : takeObject(value, depth, budget);
    case 'undefined':
      throw unsupported('undefined', 'use null, or leave the field out');
    case 'function':
      throw unsupported('a function', 'keep data only');
    default:
      throw unsupported('a symbol', 'keep its description as a string');
  }
}

function takeObject(value: object, depth: number, budget: Budget): unknown {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw unsupported('an invalid Date', 'use null where there is no date');
    budget.units += 24;
    return FrozenDate.of(value);
  }
  if (value instanceof Uint8Array) {
    budget.units += Math.ceil(value.length / 3) * 4;
    return new Uint8Array(value);
  }
  if (depth > limits.depth) {
    throw new Refusal('too-large', `it is nested deeper than ${limits.depth} levels, or contains itself; flatten it`);
  }
  if (Array.isArray(value)) return takeArray(value, depth, budget);
  checkPlain(value, describeInstead);
  return takeFields(value as Record<string, unknown>, {}, depth, budget, false);
}

function checkPlain(value: object, instead: (value: object) => string): void {
  const proto = Object.getPrototypeOf(value) as object | null;
  if (proto === null || proto === Object.prototype) return;
  if (Object.getPrototypeOf(proto) !== null) {
    throw unsupported(`an object of class ${proto.constructor?.name ?? 'unknown'}`, instead(value));
  }
  // A plain object of another realm, a frame for example, has a prototype like ours.
  if (!Object.hasOwn(proto, 'hasOwnProperty')) {
    throw unsupported('an object with a prototype of its own', 'use a plain object');
  }
}

const describeEntity = (): string => 'an entity is a plain object with its fields';

function describeInstead(value: object): string {
  if (value instanceof Map) return 'use a plain object: Object.fromEntries(map)';
  if (value instanceof Set) return 'use an array: [...set]';
  if (value instanceof RegExp) return 'keep its source as a string';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'use a Uint8Array';
  return 'use a plain object with its data';
}

function spend(budget: Budget, nodes: number): void {
  budget.nodes += nodes;
  if (budget.nodes > limits.nodes) {
    throw new Refusal('too-large', `it has more than ${limits.nodes} values; split it into several entities`);
  }
}

function takeArray(value: readonly unknown[], depth: number, budget: Budget): readonly unknown[] {
  spend(budget, value.length);
  const copy = new Array<unknown>(value.length);
  let index = 0;
  try {
    for (; index < value.length; index++) place(copy, index, take(value[index], depth + 1, budget), budget.freeze);
  } catch (error) {
    throw within(error, index);
  }
  budget.units += value.length;
  return budget.freeze ? Object.freeze(copy) : copy;
}

/** The four fields of the engine stand first in every entity, so that all entities begin with one hidden class. */
const engineFields = new Set(['id', 'createdAt', 'updatedAt', 'version']);

function takeFields(
  from: Record<string, unknown>,
  into: Record<string, unknown>,
  depth: number,
  budget: Budget,
  isEntity: boolean,
): object {
  let field = '';
  try {
    for (field of Object.keys(from)) {
      if (isEntity && engineFields.has(field)) continue;
      if (field === '__proto__') throw unsupported('a field named __proto__', 'give it another name');
      const value = from[field];
      // An absent field and an undefined one are the same everywhere else too: in JSON, and in a patch.
      if (value === undefined) continue;
      spend(budget, 1);
      budget.units += field.length + 4;
      const taken = take(value, depth + 1, budget);
      if (typeof taken === 'object') place(into, field, taken, budget.freeze);
      else into[field] = taken;
    }
  } catch (error) {
    throw within(error, field);
  }
  return budget.freeze ? Object.freeze(into) : into;
}

/** Bytes cannot be frozen, so each reader is given a copy of its own. */
function place(into: object, field: string | number, value: unknown, freeze: boolean): void {
  if (freeze && value instanceof Uint8Array) {
    Object.defineProperty(into, field, { enumerable: true, get: () => value.slice() });
  } else {
    (into as Record<string | number, unknown>)[field] = value;
  }
}

function within(error: unknown, field: string | number): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  const refusal =
    error instanceof Refusal ? error : new Refusal('invalid-entity', `it could not be read: ${reason}`, error);
  refusal.path.unshift(field);
  return refusal;
}

const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

function refused(entityName: string, refusal: Refusal): TierSyncError {
  const path = pathText(refusal.path);
  const where = path === '' ? entityName : `${entityName}.${path}`;
  return new TierSyncError(refusal.code, `${where}: ${refusal.reason}`, { path, cause: refusal.cause });
}

/** What the four fields of the engine take, but for the id: 6 times this is more than their bytes. */
const engineUnits = 32;

/**
 * The one way in for entities: copied, checked and deeply frozen in a single pass. Undefined fields are left out.
 * `size` is only computed exactly where a cheap bound cannot rule out a record that is too large.
 */
export function takeIn(entityName: string, draft: object, fields: EntityFields, freeze = true): AnyEntity {
  const budget: Budget = { nodes: 0, units: fields.id.length + engineUnits, freeze };
  const { id, createdAt, updatedAt, version } = fields;
  let entity: AnyEntity;
  try {
    checkPlain(draft, describeEntity);
    const start = { id, createdAt, updatedAt, version };
    entity = takeFields(draft as Record<string, unknown>, start, 1, budget, true) as AnyEntity;
  } catch (error) {
    throw error instanceof Refusal ? refused(entityName, error) : error;
  }
  if (budget.units * 6 > limits.recordBytes) {
    const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
    const bytes = textBytes({ ...entity, ...times });
    if (bytes > limits.recordBytes) {
      const reason = `it takes ${bytes} bytes and ${limits.recordBytes} are allowed; keep large parts elsewhere`;
      throw refused(entityName, new Refusal('too-large', reason));
    }
  }
  return entity;
}

/** The same for a value that is not a whole entity, for example what a foreign store returned. */
export function takeValue(value: unknown): unknown {
  try {
    return take(value, 0, { nodes: 0, units: 0, freeze: true });
  } catch (error) {
    throw error instanceof Refusal ? refused('value', error) : error;
  }
}
