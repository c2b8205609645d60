import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

export const root: string = resolve(import.meta.dirname, '../..');

const language = [
  ...['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--moduleDetection', 'force'],
  ...['--skipLibCheck', '--jsx', 'react-jsx', '--types', 'node', '--typeRoots', join(root, 'node_modules/@types')],
];

/** A folder of somebody who installed the built package: found by its name, through its exports. */
export class Installed {
  readonly #parsed = new Map<string, ts.SourceFile | undefined>();
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tiersync-installed-'));

  constructor(others: readonly string[] = []) {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(root, join(this.folder, 'node_modules', 'tiersync'));
    for (const name of others) {
      const place = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), place);
    }
    this.write('package.json', '{ "type": "module" }');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  run(...args: string[]): Promise<{ code: number | null; output: string }> {
    return new Promise((done) => {
      const child = spawn(process.execPath, args, { cwd: this.folder });
      let output = '';
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => (output += data));
      child.on('close', (code) => done({ code, output }));
    });
  }

  /** What the compiler says of these files, with options of its command line before them; nothing if they are right. */
  typeErrors(...words: string[]): string {
    const { options, fileNames } = ts.parseCommandLine([...language, ...words]);
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getCurrentDirectory = () => this.folder;
    // What is installed is the same each time; the options say how it is bound.
    host.getSourceFile = (file, ...how) => {
      if (file.startsWith(this.folder) && !file.includes('node_modules')) return read(file, ...how);
      const key = `${JSON.stringify(options)} ${file}`;
      if (!this.#parsed.has(key)) this.#parsed.set(key, read(file, ...how));
      return this.#parsed.get(key);
    };
    const files = fileNames.map((name) => join(this.folder, name));
    const program = ts.createProgram(files, options, host);
    return ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
