import { isPlainObject } from '../util/isPlainObject.ts';
import { aCount, aListOf, anObjectWith, aText, aTruth, type Check, type Fault, not, oneOf, orNull } from './faults.ts';
import { aChange, aCursor } from './requestFaults.ts';
import type { SocketOperation } from './socketMessages.ts';

const most = Number.MAX_SAFE_INTEGER;
const changes = aListOf(aChange, most);
const aStamp: Check = (value, where) => (Number.isSafeInteger(value) ? undefined : not(where, value, 'a time'));
const horizon = anObjectWith({ seq: aCount, stamp: aStamp });

const summary = anObjectWith({ hash: aCount, deletedHash: aCount, count: aCount, deletedCount: aCount });

const aMapOf =
  (check: Check): Check =>
  (value, where) => {
    if (!isPlainObject(value)) return not(where, value, 'an object');
    for (const [name, item] of Object.entries(value)) {
      const fault = check(item, `${where}.${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

const aKeySummary = anObjectWith({ hash: aCount, updatedAt: aText, entities: aMapOf(summary) });
const metadata = anObjectWith({ updatedAt: aText, hash: aCount, entityKeys: aMapOf(aKeySummary) });

const aResult: Check = (value, where) => {
  if (value === 'applied' || value === 'base-unknown') return undefined;
  if (!isPlainObject(value)) return not(where, value, "'applied', 'base-unknown', { superseded } or { rejected }");
  if (Object.hasOwn(value, 'superseded')) return aChange(value['superseded'], `${where}.superseded`);
  return anObjectWith({ rejected: anObjectWith({ code: aText, reason: aText }) })(value, where);
};

const pushed = anObjectWith({ now: aCount, results: aListOf(aResult, most), cursor: orNull(aCursor) });
const stale = anObjectWith({ now: aCount, stale: oneOf(true) });

const checks: { readonly [operation in SocketOperation]: Check } = {
  pull: anObjectWith({
    now: aCount,
    cursor: aCursor,
    reach: oneOf('since', 'behind', 'first'),
    changes,
    hasMore: aTruth,
    horizon,
  }),
  metadata: anObjectWith({ now: aCount, cursor: aCursor, metadata }),
  keys: anObjectWith({ now: aCount, cursor: aCursor, changes, next: orNull(aText) }),
  push: (value, where) => (isPlainObject(value) && Object.hasOwn(value, 'stale') ? stale : pushed)(value, where),
  subscribe: anObjectWith({ now: aCount, cursor: aCursor }),
};

/** What is wrong with the answer to an operation, or nothing. */
export const answerFault = (operation: SocketOperation, answer: unknown): Fault =>
  checks[operation](answer, 'the answer');

const aPoke = anObjectWith({ type: oneOf('poke') });
const someChanges = anObjectWith({ type: oneOf('changes'), after: aCount, cursor: aCursor, changes });

/** The same for what comes without being asked. */
export const eventFault = (event: unknown): Fault =>
  (isPlainObject(event) && event['type'] === 'poke' ? aPoke : someChanges)(event, 'the event');

const aRefusal: Check = anObjectWith({ error: anObjectWith({ code: aText, message: aText }) });

export const isRefusal = (answer: unknown): boolean => aRefusal(answer, '') === undefined;
