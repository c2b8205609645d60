import { canonicalText } from '../../blob/canonicalText.ts';
import { hashText } from '../../blob/hash.ts';
import type { PermissionAction } from '../Principal.ts';
import { type Access, accessOf, permits } from './Access.ts';
import { type Asker, concerning, type Policy } from './decide.ts';
import { normalLine } from './lines.ts';

/** What one principal sees of a tenant and may do there, as long as nobody changes a line that is about it. */
export class View {
  /** Equal for those who may do the same by the same lines. */
  readonly id: string;
  readonly #accesses: Readonly<Record<PermissionAction, Access>>;

  constructor(policy: Policy, asker: Asker) {
    const lines = concerning(policy, asker);
    const texts = lines.map((line) => canonicalText(normalLine(line))).sort();
    this.id = hashText(JSON.stringify(texts)).toString(36);
    const of = (action: PermissionAction): Access => accessOf(lines, action);
    this.#accesses = { read: of('read'), write: of('write'), delete: of('delete'), admin: of('admin') };
  }

  access(action: PermissionAction): Access {
    return this.#accesses[action];
  }

  /** As `decide`. */
  may(action: PermissionAction, collection: string, itemId?: string): boolean {
    return permits(this.#accesses[action], collection, itemId);
  }
}
