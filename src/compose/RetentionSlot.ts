import type { Room } from '../interfaces/Room.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import type { RetentionPart, RetentionPartOptions } from './RetentionPart.ts';

/** What sees to it that there is room, and that what is over goes; its code is loaded where there is a need. */
export class RetentionSlot implements Room {
  readonly #o: RetentionPartOptions;
  #part: Promise<RetentionPart> | null = null;

  constructor(options: RetentionPartOptions) {
    this.#o = options;
  }

  part(): Promise<RetentionPart> {
    this.#part ??= import('./RetentionPart.ts').then(({ RetentionPart }) => new RetentionPart(this.#o));
    return this.#part;
  }

  /** Something was stored. Resolves to null where nothing has to be done about that. */
  async look(): Promise<RetentionPart | null> {
    const { core, given, local, environment } = this.#o;
    if (given.local === undefined || core.life.isOver) return null;
    const isNeeded = given.quota !== undefined || environment.storage?.() != null || hasExpiries(local.tier);
    if (this.#part === null && !isNeeded) return null;
    const part = await this.part();
    part.look();
    return part;
  }

  async keepWithin(): Promise<void> {
    await (await this.look())?.keepWithin();
  }

  async makeRoom(): Promise<boolean> {
    return (await this.part()).makeRoom();
  }

  async close(): Promise<void> {
    (await this.#part)?.close();
  }
}

/** Whether anything is over by itself some time. */
function hasExpiries(tier: LocalTier): boolean {
  for (const { expiresAt } of tier.summaries().values()) if (expiresAt !== undefined) return true;
  return false;
}
