import type { StoredRecord } from '../interfaces/StoredRecord.ts';

type Records = readonly StoredRecord[];
type Answer = ReadonlyMap<string, Records>;

interface Question {
  readonly keys: Set<string>;
  readonly answer: Promise<Answer>;
}

/** Keys that are asked for in one turn go out as one question. */
export class KeyReads {
  readonly #ask: (keys: readonly string[]) => Promise<Answer>;
  #next: Question | null = null;

  constructor(ask: (keys: readonly string[]) => Promise<Answer>) {
    this.#ask = ask;
  }

  async read(entityKey: string): Promise<Records> {
    const question = this.#next ?? this.#begin();
    question.keys.add(entityKey);
    return (await question.answer).get(entityKey) ?? [];
  }

  #begin(): Question {
    const keys = new Set<string>();
    const answer = Promise.resolve().then(() => {
      this.#next = null;
      return this.#ask([...keys]);
    });
    const question = { keys, answer };
    this.#next = question;
    return question;
  }
}
