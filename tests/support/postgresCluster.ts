import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

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

  /** Unless it is to last, nothing is waited for to be on disk. */
  static async start(programs: string, { isDurable = false } = {}): Promise<PostgresCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'tiersync-pg-'));
    if (isRoot()) {
      const { stdout } = await run('id', ['-u', user]);
      await chown(folder, Number(stdout), -1);
    }
    const cluster = new PostgresCluster(programs, folder, await freePort());
    await cluster.#run('initdb', ['-D', join(folder, 'data'), '-A', 'trust', '-U', user, '-E', 'UTF8', '--no-sync']);
    const settings = `-k ${folder} -h 127.0.0.1 -p ${cluster.port} -c fsync=${isDurable ? 'on' : 'off'} -c max_connections=60`;
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
  async database(owner: string = user): Promise<string> {
    const name = `test${++this.#databases}`;
    await this.run(`create database ${name} owner ${owner}`);
    return this.url(name, owner);
  }

  url(database: string, as = user): string {
    return `postgres://${as}@127.0.0.1:${this.port}/${database}`;
  }

  /** One statement of the owner of all. */
  async run(text: string, params: readonly unknown[] = []): Promise<readonly { [column: string]: unknown }[]> {
    const client = new pg.Client({ connectionString: this.url('postgres') });
    await client.connect();
    const { rows } = await client.query(text, [...params]);
    await client.end();
    return rows;
  }

  /** Cuts the connections of a database, or only those that listen. */
  async cut(url: string, isListeningOnly = false): Promise<number> {
    const which = isListeningOnly ? "and query ilike 'listen%'" : '';
    const text = `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 ${which}`;
    return (await this.run(text, [new URL(url).pathname.slice(1)])).length;
  }

  /** Ends one connection to a database, whatever it is doing; whether there was one. */
  async cutOne(url: string): Promise<boolean> {
    const text = `select pg_terminate_backend(pid) from (
      select pid from pg_stat_activity where datname = $1 order by random() limit 1) as one`;
    return (await this.run(text, [new URL(url).pathname.slice(1)])).length > 0;
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
