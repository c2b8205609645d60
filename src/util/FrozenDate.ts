const refuse = (): never => {
  throw new TypeError('Dates of an entity cannot be changed; save a copy: new Date(entity.createdAt)');
};

/** A Date whose setters throw, so that one object can be handed to everybody. Keeps its ISO text once asked for. */
export class FrozenDate extends Date {
  #iso: string | undefined;

  /** `iso`: what `toISOString` would give, where that is known. */
  constructor(time: number, iso?: string) {
    super(time);
    this.#iso = iso;
    Object.freeze(this);
  }

  override toISOString(): string {
    this.#iso ??= super.toISOString();
    return this.#iso;
  }

  static of(date: Date): FrozenDate {
    return date instanceof FrozenDate ? date : new FrozenDate(date.getTime());
  }
}

for (const name of Object.getOwnPropertyNames(Date.prototype)) {
  if (name.startsWith('set')) Object.defineProperty(FrozenDate.prototype, name, { value: refuse });
}
Object.freeze(FrozenDate.prototype);
