import type { LinkRules } from '../reconcile/Finding.ts';
import { ConflictJournal } from '../sync/ConflictJournal.ts';
import { linkRules } from '../sync/linkRules.ts';
import { StateView } from '../sync/StateView.ts';
import { type AttachOptions, linkOptions } from './linkOptions.ts';

/**
 * How edits arrive while no cloud is attached. On a device that has one, what was not sent stays to be sent; on one that
 * never had any, nothing is noted, but what tabs edit at the same time meets all the same.
 */
export class WithoutCloud {
  readonly rules: LinkRules;
  readonly #parts: AttachOptions;
  readonly #journal: ConflictJournal;
  /** Null: this device never had a cloud. */
  #view: StateView | null = null;
  #stopTelling: (() => void) | null = null;

  constructor(parts: AttachOptions) {
    this.#parts = parts;
    const options = linkOptions({}, parts);
    const { maySync, ...rules } = options;
    this.#journal = new ConflictJournal(options);
    this.rules = linkRules({
      ...rules,
      isSynced: (entityName) => this.#view !== null && maySync(entityName),
      isHeld: (key) => this.#view?.isHeld(key) === true,
      isSettled: () => false,
      lookAgain: () => {},
    });
  }

  /** Where this device stands with its cloud, as it is written now. */
  async look(): Promise<void> {
    const { local, metadata } = this.#parts;
    if (this.#view !== null) return this.#view.refresh();
    if ((await local.tier.readNote()) !== null) this.#view = await StateView.open({ local: local.tier, metadata });
    await local.tier.readWaiting();
  }

  /** Conflicts are told of from here, until the link with a cloud does that. */
  tell(isAlone: boolean): void {
    this.#stopTelling?.();
    const { conflicts } = this.#parts.local;
    this.#stopTelling = isAlone ? conflicts.onChange((found) => this.#journal.tell(found)) : null;
  }
}
