import { extname } from 'node:path';

const types = { '.js': 'text/javascript', '.css': 'text/css' };

/** Nothing comes from elsewhere, nothing is made of text. */
const policy = (host) =>
  [
    "default-src 'self'",
    // Not every browser takes a socket of the same host for 'self'.
    `connect-src 'self' ws://${host}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** What is no file of the page is not there. */
export function answerPage(files, request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://page');
  const body = request.method === 'GET' || request.method === 'HEAD' ? files.get(pathname) : undefined;
  if (body === undefined)
    return response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
  const { localAddress, localPort } = request.socket;
  const host = /^[a-z0-9.:[\]-]+$/i.test(request.headers.host ?? '')
    ? request.headers.host
    : `${localAddress}:${localPort}`;
  response.writeHead(200, {
    'content-type': `${types[extname(pathname)] ?? 'text/html'}; charset=utf-8`,
    'content-security-policy': policy(host),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  response.end(body);
}
