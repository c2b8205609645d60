import { maxDepth, maxValues } from '../../blob/limits.ts';
import type { Refusal } from '../../interfaces/OutboxEntry.ts';
import type { PushRequest, WireResult } from '../../protocol/messages.ts';
import type { ServerLimits } from './ServerLimits.ts';

type Sent = PushRequest['changes'][number];

/** Some of a push, and what is said of the rest. */
export interface Admitted {
  readonly changes: readonly Sent[];
  /** The results of all, in the order in which they were sent. */
  resultsOf(results: readonly WireResult[]): readonly WireResult[];
}

/** A change that is too large is refused by itself, so that the others flow on. */
export function admit(changes: readonly Sent[], limits: ServerLimits): Admitted {
  const refusals = changes.map((change) => refusalOf(change, limits));
  return {
    changes: changes.filter((_, i) => refusals[i] === undefined),
    resultsOf(results) {
      const rest = results.values();
      return refusals.map((refusal) => (refusal === undefined ? rest.next().value! : { rejected: refusal }));
    },
  };
}

function refusalOf(change: Sent, limits: ServerLimits): Refusal | undefined {
  if ('entity' in change) return recordFault(change.entity, limits);
  return 'difference' in change ? recordFault(change.difference, limits) : undefined;
}

/** What is wrong with a record, or with what is to change in one. */
export function recordFault(content: object, { recordBytes, fieldNameBytes }: ServerLimits): Refusal | undefined {
  const fault = shapeFault(content, fieldNameBytes, 0, { left: mostValues });
  if (fault !== undefined) return { code: 'invalid-entity', reason: fault };
  if (Buffer.byteLength(JSON.stringify(content)) <= recordBytes) return undefined;
  return { code: 'too-large', reason: `a record has at most ${recordBytes} bytes here` };
}

/** A difference is some levels deeper than what it is about, and stored values are tagged. */
const mostValues = 2 * maxValues;
const deepest = maxDepth + 4;

function shapeFault(value: unknown, nameBytes: number, depth: number, count: { left: number }): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > deepest) return `it is nested deeper than ${maxDepth} levels`;
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    if ((count.left -= 1) < 0) return `it has more than ${maxValues} values`;
    if (!isList && name.length * 3 > nameBytes && Buffer.byteLength(name) > nameBytes) {
      return `the name of a field has at most ${nameBytes} bytes here`;
    }
    const fault = shapeFault(inner, nameBytes, depth + 1, count);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
