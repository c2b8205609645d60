import type { Denial } from '../Denial.ts';

const always = {
  'Content-Type': 'application/json; charset=utf-8',
  // What one may see, another may not.
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

type Headers = { readonly [name: string]: string };

export const reply = (body: unknown, headers: Headers, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...always, ...headers } });

export function replyOf(denial: Denial, headers: Headers): Response {
  const { status, retryAfterMs } = denial;
  const after: Headers = retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) };
  const who: Headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
  return reply(denial, { ...headers, ...after, ...who }, status);
}
