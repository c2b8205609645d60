import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres, { type Sql } from 'postgres';

const run = promisify(execFile);
const home = '/usr/lib/postgresql';
const user = 'postgres';

/** Where the programs of the newest PostgreSQL of this machine are. Null: there is none. */
export async function postgresPrograms(): Promise<string | null> {
  const given = process.env['POSTGRES_BIN'];
  if (given !== undefined) return given;
  const versions = await readdir(home).catch(() => []);
  const newest = versions
    .map(Number)
    .filter(Number.isFinite)
    .sort((a, b) => b - a)[0];
  return newest === undefined ? null : join(home, String(newest), 'bin');
}

/** A PostgreSQL of a test's own, in a temporary folder and on a port that was free. */
export class PostgresCluster {
  readonly folder: string;
  readonly port: number;
  readonly #programs: string;
  #databases = 0;

  private constructor(programs: string, folder: string, port: number) {
    this.#programs = programs;
    this.folder = folder;
    this.port = port;
  }

  static async start(programs: string): Promise<PostgresCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-pg-'));
    if (isRoot()) {
      const { stdout } = await run('id', ['-u', user]);
      await chown(folder, Number(stdout), -1);
    }
    const cluster = new PostgresCluster(programs, folder, await freePort());
    await cluster.#run('initdb', ['-D', join(folder, 'data'), '-A', 'trust', '-U', user, '-E', 'UTF8', '--no-sync']);
    const settings = `-k ${folder} -h 127.0.0.1 -p ${cluster.port} -c fsync=off -c max_connections=60`;
    await cluster.#run('pg_ctl', [
      '-D',
      join(folder, 'data'),
      '-w',
      '-o',
      settings,
      '-l',
      join(folder, 'log'),
      'start',
    ]);
    return cluster;
  }

  /** Where a fresh database is found. */
  async database(): Promise<string> {
    const name = `test${++this.#databases}`;
    const admin = this.connect(this.url('postgres'));
    await admin.unsafe(`create database ${name}`);
    await admin.end();
    return this.url(name);
  }

  url(database: string, as = user): string {
    return `postgres://${as}@127.0.0.1:${this.port}/${database}`;
  }

  connect(url: string): Sql {
    return postgres(url, { max: 2, onnotice: () => {} });
  }

  /** Cuts the connections of a database, all but the one that asks; of those that listen only, where told. */
  async cut(url: string, isListeningOnly = false): Promise<number> {
    const admin = this.connect(this.url('postgres'));
    const which = isListeningOnly ? "and query ilike 'listen%'" : '';
    const name = new URL(url).pathname.slice(1);
    const killed = await admin.unsafe(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 ${which}`,
      [name],
    );
    await admin.end();
    return killed.length;
  }

  async stop(): Promise<void> {
    await this.#run('pg_ctl', ['-D', join(this.folder, 'data'), '-m', 'immediate', '-w', 'stop']);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** It refuses to be run by root. */
  #run(program: string, args: readonly string[]): Promise<void> {
    const path = join(this.#programs, program);
    const [command, ...rest] = isRoot() ? ['runuser', '-u', user, '--', path, ...args] : [path, ...args];
    return new Promise((resolve, reject) => {
      // The server keeps what it inherits open for as long as it runs.
      const child = spawn(command as string, rest, { stdio: 'ignore', cwd: this.folder });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
    });
  }
}

const isRoot = (): boolean => process.getuid?.() === 0;

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
