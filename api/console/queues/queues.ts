import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import type { Express, Request, RequestHandler, Response } from 'express';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { may } from '../../../core/contract/operators.ts';
import { checkComes, checkOrigin, checkSite } from '../../customers/customer-visit.ts';
import { note } from '../../http/access-log.ts';
import { placeOf } from '../../http/hosts.ts';
import { networkOf } from '../../http/limits.ts';
import { problemOf } from '../../http/problems.ts';
import { admit, writeDown } from '../../operators/audit-entries.ts';
import { type OperatorVisit, operatorOf } from '../../operators/operator-visit.ts';
import type { Services } from '../../services.ts';
import { ShownQueue } from './shown-queue.ts';

export const QUEUES_PATH = '/queues';

export const isBelowQueues = (path: string) => path === QUEUES_PATH || path.startsWith(`${QUEUES_PATH}/`);

/**
 * What an admin may change here: nothing that creates a job, restarts one or removes one before its end. That is
 * done in the console, so that the customer's page learns of it.
 */
const CHANGES =
  /^PUT \/api\/queues\/((handshakes|doctor|disconnects|webhooks)\/)?(pause|resume|promote|clean\/(completed|failed)|[\w-]{1,64}\/promote)$/;

/** What its page requests automatically. */
const isPart = ({ path }: Request) => /^\/(api|static)\//.test(path);

/** Bull Board for operators who are signed in: all may view, admins may change. */
export function openQueues(services: Services): RequestHandler {
  const toSee = openBoard(services, true);
  const toChange = openBoard(services, false);
  return async (request, response, next) => {
    note(response, { route: QUEUES_PATH });
    const visit = await enter(services, request);
    if (!visit) return response.redirect(303, '/');
    services.strangers.know(response);
    note(response, { operator: visit.operator.name });
    const board = may(visit.operator.role, 'queues-change') ? toChange : toSee;
    board(request, withoutOthers(response), next);
  };
}

/** The operator, if they may view or change this. Undefined for a browser that must sign in first. */
async function enter(services: Services, request: Request): Promise<OperatorVisit | undefined> {
  const { audit, limits } = services;
  checkComes(placeOf(request.headers.host, services.config), request.headers);
  const visit = await operatorOf(services, request.headers);
  const writes = request.method !== 'GET' && request.method !== 'HEAD';
  if (!visit) {
    await limits.count('other', networkOf(request.ip));
    if (writes || isPart(request)) throw new KeyferryError('operator_not_signed_in');
    return undefined;
  }
  const { operator } = visit;
  const from = services.addressOf(request);
  checkOrigin(visit, request.headers, { required: writes });
  // Its page may be reached from anywhere, like the console.
  if (writes || isPart(request)) checkSite(visit, request.headers);
  await limits.count('operator', operator.name);
  const doing = { operator, action: writes ? ('queues-change' as const) : ('queues-see' as const), from };
  await admit(audit, doing);
  const change = `${request.method} ${request.path}`;
  if (writes && !CHANGES.test(change)) {
    await audit.append({
      actor: 'operator',
      who: operator.name,
      role: operator.role,
      action: 'queues-change',
      outcome: 'refused',
      from,
      detail: 'not allowed here',
    });
    throw new KeyferryError('role_refused');
  }
  await writeDown(audit, doing, {}, writes ? change : undefined);
  return visit;
}

function openBoard({ queues, log }: Services, readOnly: boolean): Express {
  const adapter = new ExpressAdapter().setBasePath(QUEUES_PATH);
  createBullBoard({
    queues: queues.map((queue) => new ShownQueue(queue, { readOnly })),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'Keyferry: queues',
        miscLinks: [{ text: 'Console', url: '/' }],
        hideDocsLink: true,
      },
    },
  });
  // Its own handler would answer with what was thrown.
  adapter.setErrorHandler((thrown) => {
    const { error, problem } = problemOf(thrown);
    log.warn({ code: error.code, reason: error.message }, 'queues');
    return { status: 500, body: { error: 'ERRORS.INTERNAL_SERVER_ERROR', message: problem.title } };
  });
  const board: Express = adapter.getRouter();
  return board.disable('x-powered-by');
}

/** Its page requests a font from another host, which we do not want to contact. */
function withoutOthers(response: Response): Response {
  const send = response.send.bind(response);
  response.send = (body) =>
    send(typeof body === 'string' ? body.replace(/<link href="https:[^>]*>/g, '') : body);
  return response;
}
