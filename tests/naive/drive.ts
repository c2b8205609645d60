/** A file service as the original's cloud was: files have ids, names need not be unique, lists come in pages. */
export class FakeDrive {
  private readonly files = new Map<string, { name: string; content: string }>();
  private created = 0;
  readonly pageSize = 1000;

  list(pageToken = 0): { files: { id: string; name: string }[]; nextPageToken?: number } {
    const all = [...this.files].map(([id, { name }]) => ({ id, name }));
    const files = all.slice(pageToken, pageToken + this.pageSize);
    const next = pageToken + this.pageSize;
    return next < all.length ? { files, nextPageToken: next } : { files };
  }

  create(name: string, content: string): string {
    const id = `file${this.created++}`;
    this.files.set(id, { name, content });
    return id;
  }

  read(id: string): string | null {
    return this.files.get(id)?.content ?? null;
  }

  update(id: string, content: string): void {
    const file = this.files.get(id);
    if (!file) throw new Error('not found');
    file.content = content;
  }
}

/** Lists the names once, the first page only, and believes that list for ever: [D19]. */
export class NaiveDriveFiles {
  private ids: Map<string, string> | undefined;
  private readonly drive: FakeDrive;

  constructor(drive: FakeDrive) {
    this.drive = drive;
  }

  async get(name: string): Promise<string | null> {
    const id = this.known().get(name);
    return id === undefined ? null : this.drive.read(id);
  }

  async put(name: string, content: string): Promise<void> {
    const id = this.known().get(name);
    if (id === undefined) this.known().set(name, this.drive.create(name, content));
    else this.drive.update(id, content);
  }

  async names(): Promise<string[]> {
    return this.drive.list().files.map(({ name }) => name);
  }

  private known(): Map<string, string> {
    this.ids ??= new Map(this.drive.list().files.map(({ id, name }) => [name, id]));
    return this.ids;
  }
}
