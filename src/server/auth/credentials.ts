import type { FastifyRequest } from 'fastify';

export interface Credentials {
  readonly token: string;
  /** A cookie is sent by the browser whatever page asks: then the page must be ours. */
  readonly from: 'header' | 'cookie';
}

export const sessionCookie = 'strandline_session';

/** The header goes before the cookie. A header that is there but says something else is no reason to look further. */
export function findCredentials({ headers }: Pick<FastifyRequest, 'headers'>): Credentials | undefined {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : { token, from: 'header' };
  }
  const token = new RegExp(`(?:^|;\\s*)${sessionCookie}=([A-Za-z0-9._~+/=-]+)`).exec(cookie ?? '')?.[1];
  return token === undefined ? undefined : { token, from: 'cookie' };
}

/** Whether a page of this service sent it, as browsers tell. */
export function isFromOurPage(request: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host;
}
