import { readdir } from 'node:fs/promises';
import { Logger } from '../adapters/Logger.ts';
import { systemEnvironment } from '../adapters/systemEnvironment.ts';
import { createSyncServer } from '../server/createSyncServer.ts';
import { defaultFolder } from '../server/openStore.ts';
import type { Listening, SyncServer } from '../server/SyncServer.ts';
import { reasonOf } from '../util/reasonOf.ts';
import { type ServeOptions, serveHelp, serveOptions } from './serveOptions.ts';
import type { Terminal } from './Terminal.ts';

/** Whoever asked the process to end does not wait longer than that. */
const exitWithinMs = 4_500;

export const serveCommand: { readonly help: string; readonly run: typeof serve } = { help: serveHelp, run: serve };

/** Runs until it is told to stop. */
async function serve(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = serveOptions(args, terminal.env, defaultFolder);
  if (options.place === options.server.database) await checkFolder(options.place);
  const stopped = whenStopped(terminal);
  const server = await opened(options, terminal);
  try {
    const { url } = await listening(server, options);
    terminal.print(greeting(url, options));
    const signal = await stopped;
    terminal.print(`${signal}: ${server.sockets.count} sockets are told, and what was begun is finished.`);
    systemEnvironment.setTimer(() => terminal.exit(1), exitWithinMs);
  } finally {
    await server.close();
  }
  terminal.print('Stopped.');
  return 0;
}

function greeting(url: string, { place, server }: ServeOptions): string {
  const warning = server.insecureDev === true ? 'Nobody is asked who they are: for development only.\n' : '';
  return `${warning}tiersync serves ${place} at ${url}\nCtrl+C stops it.`;
}

/** The first word to stop is waited for; the second one ends the process as it is. */
function whenStopped(terminal: Terminal): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    terminal.onStop((signal) => {
      if (isAsked) terminal.exit(1);
      isAsked = true;
      resolve(signal);
    });
  });
}

async function opened({ server, place }: ServeOptions, terminal: Terminal): Promise<SyncServer> {
  const sink = {
    handle: ({
      level,
      tag,
      message,
      data,
    }: {
      level: string;
      tag: string;
      message: string;
      data: readonly unknown[];
    }) => terminal.complain([`${level} ${tag}: ${message}`, ...data.map(reasonOf)].join(' ')),
  };
  try {
    return await createSyncServer({ ...server, logger: new Logger({ level: 'warn', sink }) });
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code === 'EACCES' || code === 'EROFS') throw new Error(`${place} cannot be written by this user`);
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') throw new Error(`no PostgreSQL answers there (${code})`);
    throw error;
  }
}

async function listening(server: SyncServer, { listen }: ServeOptions): Promise<Listening> {
  try {
    return await server.listen(listen);
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code === 'EADDRINUSE') throw new Error(`port ${listen.port} is in use; choose another one with --port`);
    if (code === 'EACCES')
      throw new Error(`port ${listen.port} is not for this user; choose one from 1024 with --port`);
    if (code === 'EADDRNOTAVAIL') throw new Error(`${listen.host} is no address of this machine (--host)`);
    throw error;
  }
}

/** A mistyped folder should not be filled with tables. */
async function checkFolder(folder: string): Promise<void> {
  try {
    const names = await readdir(folder);
    const isForeign = names.length > 0 && !names.some((name) => name === 'pglite' || name.startsWith('~lock'));
    if (isForeign) throw new Error(`${folder} holds other files and no data of a server; name an empty folder`);
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') throw new Error(`${folder} is a file; name a folder`);
    throw error;
  }
}
