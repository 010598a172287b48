import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { KeyferryError } from '../core/contract/errors.ts';
import {
  checkActs,
  checkComes,
  checkCsrf,
  checkOrigin,
  checkSite,
  sessionOf,
  visitOf,
} from './customers/customer-visit.ts';
import { note } from './http/access-log.ts';
import { audited } from './http/audited.ts';
import { bodyOf } from './http/body.ts';
import { compressedFor } from './http/compressed.ts';
import { placeOf } from './http/hosts.ts';
import { checkInput } from './http/input.ts';
import { networkOf } from './http/limits.ts';
import { pageIn, pageLanguage } from './http/page-language.ts';
import { problemOf } from './http/problems.ts';
import { strictQueryOf } from './http/query.ts';
import { digest } from './http/tokens.ts';
import { admit, writeDown } from './operators/audit-entries.ts';
import { consoleOf, operatorOf } from './operators/operator-visit.ts';
import { withField } from './platform/fields-at-fault.ts';
import type {
  Answer,
  ConsoleRoute,
  CustomerRoute,
  OperatorRoute,
  PlatformRoute,
  Route,
  VisitorRoute,
} from './route.ts';
import type { Services } from './services.ts';

/** Serves a route: checks first permission, then rate, then input; a refused request has changed nothing. */
export function serve(route: Route, services: Services): RequestHandler {
  return async (request, response) => {
    note(response, { route: route.path });
    await send(request, response, await answer(route, services, request, response));
  };
}

async function answer(
  route: Route,
  services: Services,
  request: Request,
  response: Response,
): Promise<Answer> {
  // Before anything is counted. A page is shown to everybody, and says itself what is wrong.
  if (route.who !== 'platform' && route.who !== 'guest')
    checkComes(placeOf(request.headers.host, services.config), request.headers);
  switch (route.who) {
    case 'platform':
      return answerPlatform(route, services, request, response);
    case 'customer':
      return answerCustomer(route, services, request, response);
    case 'visitor':
      return answerVisitor(route, services, request, response);
    case 'guest':
      try {
        const visit = await visitOf(services, request.headers);
        const { customer, session } = visit;
        note(response, { customer });
        if (route.isForScript) {
          checkOrigin(visit, request.headers, { required: route.method !== 'get' });
          checkSite(visit, request.headers);
        }
        const answer = await route.handle({ services, request, body: undefined, customer, session });
        return await audited(
          { services, request, body: undefined, answer },
          route.action && { actor: 'customer', action: route.action, customer },
        );
      } catch (thrown) {
        if (route.isForScript) throw thrown;
        // It is a browser: the page says what is wrong.
        const { status, headers, error } = problemOf(thrown);
        note(response, { error });
        const retryAfter = headers['retry-after'];
        return {
          status,
          page: { html: services.page.html },
          headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
        };
      }
    case 'console':
      return answerConsole(route, services, request, response);
    case 'operator':
      return answerOperator(route, services, request, response);
    case 'anyone':
      await services.limits.count('other', networkOf(request.ip));
      // Even what is open to everybody is not given to a session in the wrong place, but for the page that says so.
      if (!route.isOfPage && placeOf(request.headers.host, services.config)?.kind === 'customer')
        await visitOf(services, request.headers);
      return route.handle({ services, request, body: undefined });
  }
}

const nothing = z.strictObject({});

async function answerPlatform(
  route: PlatformRoute<unknown, unknown, unknown>,
  services: Services,
  request: Request,
  response: Response,
): Promise<Answer> {
  const { apiKeys, config, limits } = services;
  if (placeOf(request.headers.host, config)?.kind !== 'platform') throw new KeyferryError('not_here');
  const name = apiKeys.nameOf(request.headers.authorization);
  if (name === undefined) {
    await limits.count('wrongKey', networkOf(request.ip));
    throw new KeyferryError('api_key_refused');
  }
  services.strangers.know(response);
  await limits.count('apiKey', name);
  const params = checkInput(route.params ?? nothing, { ...request.params }, 'path');
  const query = strictQueryOf(request, route.query ?? nothing);
  const body = route.body && (await bodyOf(request, response, route.body));
  const call = { services, request, body, params, query, key: name };
  const answer = await route.handle(call).catch((thrown) => {
    throw withField(thrown, route.fields?.(body));
  });
  return audited(
    { services, request, body, answer },
    route.action && { actor: 'platform', who: name, action: route.action },
  );
}

async function answerCustomer(
  route: CustomerRoute<unknown>,
  services: Services,
  request: Request,
  response: Response,
): Promise<Answer> {
  const visit = await visitOf(services, request.headers);
  const { customer } = visit;
  note(response, { customer });
  if (!visit.session) await services.limits.count('other', networkOf(request.ip));
  const session = sessionOf(visit);
  services.strangers.know(response);
  const writes = route.method !== 'get';
  checkOrigin(visit, request.headers, { required: writes });
  checkSite(visit, request.headers);
  if (writes) {
    await checkActs(services, session, { from: services.addressOf(request), what: route.path });
    checkCsrf(session, request.headers);
  }
  await (route.limit
    ? services.limits.count(route.limit, customer)
    : services.limits.count('other', digest(session.id)));
  const body = route.body && (await bodyOf(request, response, route.body));
  const answer = await route.handle({ services, request, body, customer, session });
  return audited(
    { services, request, body, answer: { ...answer, madeBy: session.madeBy } },
    route.action && { actor: 'customer', action: route.action, customer },
  );
}

async function answerVisitor(
  route: VisitorRoute<unknown>,
  services: Services,
  request: Request,
  response: Response,
): Promise<Answer> {
  const visit = await visitOf(services, request.headers);
  const { customer, session } = visit;
  note(response, { customer });
  await services.limits.count('other', networkOf(request.ip));
  const writes = route.method !== 'get';
  // Nobody need be signed in, so there is no token against forgery; the Origin serves instead.
  checkOrigin(visit, request.headers, { required: writes });
  checkSite(visit, request.headers);
  if (writes && session)
    await checkActs(services, session, { from: services.addressOf(request), what: route.path });
  const body = route.body && (await bodyOf(request, response, route.body));
  const answer = await route.handle({ services, request, body, customer, session });
  return audited(
    { services, request, body, answer: { ...answer, madeBy: answer.madeBy ?? session?.madeBy } },
    route.action && { actor: 'customer', action: route.action, customer },
  );
}

async function answerConsole(
  route: ConsoleRoute<unknown>,
  services: Services,
  request: Request,
  response: Response,
): Promise<Answer> {
  const place = consoleOf(services, request.headers);
  // No session is used here, so there is no token against forgery; the Origin serves instead.
  checkOrigin(place, request.headers, { required: route.method !== 'get' });
  await services.limits.count('other', networkOf(request.ip));
  const body = route.body && (await bodyOf(request, response, route.body));
  return route.handle({ services, request, body });
}

async function answerOperator(
  route: OperatorRoute<unknown>,
  services: Services,
  request: Request,
  response: Response,
): Promise<Answer> {
  const { limits } = services;
  const visit = await operatorOf(services, request.headers);
  if (!visit) {
    await limits.count('other', networkOf(request.ip));
    throw new KeyferryError('operator_not_signed_in');
  }
  const { operator, session } = visit;
  services.strangers.know(response);
  note(response, { operator: operator.name });
  const writes = route.method !== 'get';
  checkOrigin(visit, request.headers, { required: writes });
  checkSite(visit, request.headers);
  if (writes) checkCsrf(session, request.headers);
  const from = services.addressOf(request);
  await limits.count('operator', operator.name);
  await admit(services.audit, { operator, action: route.action, from });
  const body = route.body && (await bodyOf(request, response, route.body));
  const call = { services, request, body };
  const subjects = [(await route.subject?.(call)) ?? {}].flat();
  for (const subject of subjects)
    await writeDown(services.audit, { operator, action: route.action, from }, subject);
  return route.handle({ ...call, operator, session });
}

/** Its address is made from what is in it. */
const FOREVER = 'public, max-age=31536000, immutable';

/** A file is sent as it is made, no faster than the client reads it. */
async function send(
  request: Request,
  response: Response,
  { status, json, html, page, ownHtml, script, picture, file, headers = {} }: Answer,
): Promise<void> {
  const same = async (type: string, whole: Buffer) => {
    const { bytes, etag, headers: how } = await compressedFor(request, whole);
    const isKept = response.get('cache-control') !== 'no-store';
    const { vary, ...encoding } = how;
    response
      .type(type)
      .vary(vary)
      .set({ ...encoding, ...(isKept && { etag }) })
      .send(bytes);
  };
  const life = script || picture ? FOREVER : 'no-store';
  response.status(status).set({ 'cache-control': life, ...headers });
  if (json !== undefined) response.json(json);
  else if (html !== undefined) await same('html', html);
  else if (page !== undefined) {
    response.vary('Accept-Language');
    await same('html', pageIn(pageLanguage(request, page.locale), page.html));
  } else if (ownHtml !== undefined) response.type('html').send(ownHtml);
  else if (script !== undefined) await same('js', script);
  else if (picture) await same(picture.type, picture.bytes);
  else if (file) {
    response.set({ 'content-type': file.type, 'content-disposition': `attachment; filename="${file.name}"` });
    await pipeline(Readable.from(file.text), response);
  } else response.end();
}
