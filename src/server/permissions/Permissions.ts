import type { Permission, Principal } from '../Principal.ts';
import type { SyncStore, TenantReader } from '../SyncStore.ts';
import type { Policy } from './decide.ts';
import { granted, normalLine, placeOfLine, revoked } from './lines.ts';
import { View } from './View.ts';

export interface PermissionsOptions {
  readonly store: SyncStore;
  /** Lines that hold in every tenant and that nobody can revoke. */
  readonly lines?: readonly Permission[];
  /** What everybody may do with everything that no line denies, in the tenant of their own; nothing unless told. */
  readonly everyone?: Permission['actions'];
}

interface Known {
  /** As the head of the tenant counts. */
  readonly version: number;
  readonly policy: Policy;
  readonly views: Map<string, View>;
}

const tenantsAtMost = 1_000;
const viewsAtMost = 10_000;

/** The permissions of every tenant, changeable at any time; a change holds for whatever is asked after it. */
export class Permissions {
  readonly #store: SyncStore;
  readonly #lines: readonly Permission[];
  readonly #everyone: Permission['actions'];
  readonly #known = new Map<string, Known>();

  constructor({ store, lines = [], everyone = [] }: PermissionsOptions) {
    this.#store = store;
    this.#lines = lines.map(ownedLine);
    this.#everyone = normalLine({ collection: '*', actions: everyone }).actions;
  }

  /** Adds these actions to what is said of the same subject, items and effect. */
  grant(tenant: string, line: Permission): Promise<void> {
    return this.#change(tenant, line, granted);
  }

  /** Takes these actions out of what is said of the same subject, items and effect. */
  revoke(tenant: string, line: Permission): Promise<void> {
    return this.#change(tenant, line, revoked);
  }

  /** What was granted and not revoked. */
  list(tenant: string): Promise<readonly Permission[]> {
    return this.#store.read(tenant, (reader) => reader.permissions());
  }

  /** @internal What somebody sees at the moment of a reader. */
  async viewOf(tenant: string, reader: TenantReader, version: number, asker: Principal): Promise<View> {
    const { views, policy } = await this.#at(tenant, reader, version);
    const name = JSON.stringify([asker.userId, ...asker.groups.toSorted()]);
    let view = views.get(name);
    if (view === undefined) {
      if (views.size >= viewsAtMost) views.clear();
      view = new View(policy, asker);
      views.set(name, view);
    }
    return view;
  }

  async #at(tenant: string, reader: TenantReader, version: number): Promise<Known> {
    let known = this.#known.get(tenant);
    if (known?.version !== version) {
      const lines = [...this.#lines, ...(await reader.permissions())];
      known = { version, policy: { lines, everyone: this.#everyone }, views: new Map() };
      if (this.#known.size >= tenantsAtMost) this.#known.clear();
      this.#known.set(tenant, known);
    }
    return known;
  }

  #change(tenant: string, given: Permission, change: typeof granted): Promise<void> {
    const line = ownedLine(given);
    return this.#store.write(tenant, async (writer) => {
      const lines = await writer.permissions();
      const before = lines.find((each) => placeOfLine(each) === placeOfLine(line));
      const after = change(before, line);
      if (after.actions.join() !== (before?.actions ?? []).join()) await writer.setPermission(after);
    });
  }
}

function ownedLine(given: Permission): Permission {
  const line = normalLine(given);
  if (line.userId === undefined && line.groupId === undefined) {
    throw new TypeError(
      'A permission names its userId or its groupId; what everybody may do is the option `everyone`.',
    );
  }
  return line;
}
