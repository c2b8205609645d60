import type { Write } from './History.ts';

interface Expected {
  readonly write: Write;
  /** The devices that may have shown it. */
  readonly devices: readonly number[];
}

/** Edits that lost to others, and those of which an app was told. */
export class LostEdits {
  readonly #told = new Set<string>();
  readonly #expected: Expected[] = [];

  expect(write: Write, rivals: readonly Write[]): void {
    this.#expected.push({ write, devices: [write, ...rivals].map(({ device }) => device) });
  }

  tell(place: string, mark: string): void {
    this.#told.add(`${place} ${mark}`);
  }

  /** Those that nobody was told of. What was only in the memory of a process that crashed is nobody's loss. */
  untold(hasVanished: (device: number) => boolean): Write[] {
    const isUntold = ({ write, devices }: Expected): boolean =>
      !this.#told.has(`${write.place} ${write.mark}`) && !write.isAtRisk && !devices.some(hasVanished);
    return this.#expected.filter(isUntold).map(({ write }) => write);
  }
}
