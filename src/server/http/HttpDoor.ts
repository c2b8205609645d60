import type { ILogger } from '../../interfaces/ILogger.ts';
import { type Authenticator, bearerToken } from '../auth/Authenticator.ts';
import { Denial } from '../Denial.ts';
import type { FailedAttempts } from '../limits/FailedAttempts.ts';
import type { Principal } from '../Principal.ts';
import type { OriginGuard } from './OriginGuard.ts';
import { checkParsedBody, readBody } from './readBody.ts';
import { reply, replyOf } from './reply.ts';
import { answerRest, type RestParts } from './restRoutes.ts';
import { routeOf } from './routes.ts';

/** What whoever received a request knows of it beside the request. */
export interface RequestContext {
  /** Whose it is, as far as the network tells; left out: limits by address do not apply. */
  readonly address?: string | null;
  /** What it brings, if somebody has read that already. */
  readonly body?: unknown;
}

export interface HttpDoorParts extends RestParts {
  readonly authenticator: Authenticator;
  readonly failures: FailedAttempts;
  readonly origins: OriginGuard;
  readonly logger: ILogger;
  readonly base: string;
  isClosing(): boolean;
}

const tag = 'HttpDoor';
const preflight = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, Content-Encoding',
  'Access-Control-Max-Age': '600',
};

/** Answers requests by HTTP, whatever server received them. It always answers. */
export class HttpDoor {
  readonly #parts: HttpDoorParts;

  constructor(parts: HttpDoorParts) {
    this.#parts = parts;
  }

  /** Whether a path is one of this server's. */
  owns(path: string): boolean {
    const { base } = this.#parts;
    return path === base || path.startsWith(`${base}/`);
  }

  async handle(request: Request, context: RequestContext = {}): Promise<Response> {
    const { origins, logger } = this.#parts;
    const origin = request.headers.get('origin');
    let headers = {};
    try {
      origins.check(origin, request.headers.get('host') ?? new URL(request.url).host);
      headers = origins.headers(origin);
      if (request.method === 'OPTIONS')
        return new Response(null, { status: 204, headers: { ...headers, ...preflight } });
      return await this.#answer(request, context, headers);
    } catch (thrown) {
      const denial = Denial.from(thrown);
      if (denial.status >= 500) logger.e(tag, `${request.method} failed`, thrown);
      return replyOf(denial, headers);
    }
  }

  async #answer(
    request: Request,
    context: RequestContext,
    headers: { readonly [name: string]: string },
  ): Promise<Response> {
    const { base, desk, isClosing } = this.#parts;
    const { pathname, searchParams } = new URL(request.url);
    if (!this.owns(pathname)) throw new Denial('not-found', 'there is nothing here');
    const route = routeOf(request.method, pathname.slice(base.length));
    if (route.to === 'health') return this.#health(headers);
    if (isClosing()) throw new Denial('unavailable', 'the server is going down; try again later');
    const principal = await this.#principalOf(request, context);
    const body = (): Promise<unknown> => this.#bodyOf(request, context);
    if (route.to === 'operation') return reply(await desk.answer(principal, route.operation, await body()), headers);
    const asked = { method: request.method, search: searchParams, principal, body };
    const answer = await answerRest(route, asked, this.#parts);
    return reply(answer.body, headers, answer.status);
  }

  #health(headers: { readonly [name: string]: string }): Response {
    const isClosing = this.#parts.isClosing();
    return reply({ status: isClosing ? 'closing' : 'ok' }, headers, isClosing ? 503 : 200);
  }

  async #principalOf(request: Request, { address = null }: RequestContext): Promise<Principal> {
    const { authenticator, failures } = this.#parts;
    failures.check(address);
    try {
      return await authenticator.principal(bearerToken(request.headers.get('authorization')));
    } catch (thrown) {
      if (thrown instanceof Denial && thrown.code === 'unauthorized') failures.count(address);
      throw thrown;
    }
  }

  async #bodyOf(request: Request, { body }: RequestContext): Promise<unknown> {
    const { limits } = this.#parts;
    return body === undefined ? readBody(request, limits) : checkParsedBody(body, limits);
  }
}
