import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const root: string = resolve(import.meta.dirname, '../..');

/** A folder of somebody who installed the built package: found by its name, through its exports. */
export class Installed {
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

  /** What the compiler says of these files; nothing if they are right. */
  async typeErrors(...files: string[]): Promise<string> {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const language = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck'];
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    return (await this.run(tsc, ...language, ...types, ...files)).output;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
