import type { Request } from 'express';
import type { z } from 'zod';
import type { CustomerAction, PlatformAction } from '../core/contract/audit-entry.ts';
import type { ErrorCode } from '../core/contract/errors.ts';
import type { Action, Operator } from '../core/contract/operators.ts';
import type { Session } from './customers/sessions.ts';
import type { LimitName } from './http/limits.ts';
import type { Subject } from './operators/audit-entries.ts';
import type { OperatorSession } from './operators/sessions.ts';
import type { FieldsByCode } from './platform/fields-at-fault.ts';
import type { Services } from './services.ts';

/** A successful answer, for the OpenAPI document. */
export interface DocumentedAnswer {
  about: string;
  /** An example of the body, for the document. */
  example?: unknown;
  /** Headers that it has, each with what they say. */
  headers?: Readonly<Record<string, string>>;
  /** The body; without it there is none, or one of which nothing is said. */
  schema?: z.ZodType;
  /** Its media type, if it is not JSON. */
  type?: string;
}

/** A route's answer. */
export interface Answer {
  status: number;
  json?: unknown;
  /** A page that is the same for everybody: it is compressed. */
  html?: Buffer;
  /** The customer's page, which is the same for all who read one language: that of `locale`, else as their browser wants it. */
  page?: { html: Buffer; locale?: string | undefined };
  /** A page that was made for one visitor: it is not. */
  ownHtml?: Buffer;
  /** A script, which never changes: its address is made from what is in it. */
  script?: Buffer;
  /** A picture, which never changes either. */
  picture?: { type: string; bytes: Buffer };
  /** A file to download, streamed. */
  file?: { name: string; type: string; text: AsyncIterable<string> | Iterable<string> };
  headers?: Record<string, string | string[]>;
  /** The operator who has made the link that let this session in, for the audit log. */
  madeBy?: string | undefined;
  /** One more line for the audit log, in our own words. */
  detail?: string;
  /** It was refused, in an answer that is not an error: the audit log says so. */
  isRefused?: true;
  /** Nothing was done that belongs in the audit log, although the route has an `action`. */
  isUnaudited?: true;
}

/** What every route declares; the app and the OpenAPI document are made from it. */
interface Described<Body> {
  method: 'get' | 'post' | 'put' | 'delete';
  /** In Express's notation. */
  path: string;
  about: string;
  answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Its own errors, in addition to those of its kind. */
  errors?: readonly ErrorCode[];
  /** Checked before `handle`; anything not declared is refused. */
  body?: z.ZodType<Body>;
}

interface Call<Body> {
  services: Services;
  request: Request;
  body: Body;
}

/** The chapters of the platform's document. */
export type PlatformTag =
  | 'Connect links'
  | 'Customers'
  | 'Connections'
  | 'Handshakes'
  | 'Cases'
  | 'Events'
  | 'Usage'
  | 'Boxes';

/** From the platform's servers: on the base domain, with an API key. */
export interface PlatformRoute<Body = undefined, Query = undefined, Params = undefined>
  extends Described<Body> {
  who: 'platform';
  /** Its name in the audit log; without it, it only reads. */
  action?: PlatformAction;
  /** Its name in the document, and so the name of a method in clients that are made from it. */
  operation: string;
  tag: PlatformTag;
  /** More than `about` says, in Markdown. */
  details?: string;
  /** An example of the body, for the document. */
  bodyExample?: Body;
  /** The names in its path, an object's schema; without it there are none. */
  params?: z.ZodType<Params>;
  /** The field that is at fault for each of its own errors, with this body; what is not there has none. */
  fields?(body: Body): FieldsByCode;
  /** What may be in the query, an object's schema; without it nothing may. */
  query?: z.ZodType<Query>;
  /** `key`: the name of the API key that asks. */
  handle(call: Call<Body> & { query: Query; params: Params; key: string }): Promise<Answer>;
}

/** For a signed-in customer, on their subdomain. */
export interface CustomerRoute<Body = undefined> extends Described<Body> {
  who: 'customer';
  /** Its name in the audit log; without it, it only reads. */
  action?: CustomerAction;
  /** Counted per customer; without this, per session as `other`. */
  limit?: LimitName;
  handle(call: Call<Body> & { customer: string; session: Session }): Promise<Answer>;
}

/** For a browser on a customer's subdomain, signed in or not. Errors are answered with the page, unless a script asks. */
export interface GuestRoute extends Described<undefined> {
  who: 'guest';
  /** Its name in the audit log; without it, it only reads. */
  action?: CustomerAction;
  /** The page's script asks: it must come from the customer's own page, and errors are problems. */
  isForScript?: true;
  handle(call: Call<undefined> & { customer: string; session: Session | undefined }): Promise<Answer>;
}

/** For a page on a customer's subdomain that asks with its script, signed in or not; a browser with another host's session gets nothing. */
export interface VisitorRoute<Body = undefined> extends Described<Body> {
  who: 'visitor';
  /** Its name in the audit log; without it, it only reads. */
  action?: CustomerAction;
  handle(call: Call<Body> & { customer: string; session: Session | undefined }): Promise<Answer>;
}

/** For everybody, on each of our hosts. */
export interface PublicRoute extends Described<undefined> {
  who: 'anyone';
  /** A part of the page, which has to say so where a session is in the wrong place: it is given even there. */
  isOfPage?: true;
  handle(call: Call<undefined>): Promise<Answer>;
}

/** For a browser at the console's host, signed in or not. */
export interface ConsoleRoute<Body = undefined> extends Described<Body> {
  who: 'console';
  handle(call: Call<Body>): Promise<Answer>;
}

/** For an operator, in the console at `admin.<BASE_DOMAIN>`. */
export interface OperatorRoute<Body = undefined> extends Described<Body> {
  who: 'operator';
  /** The action, which says who may; it is audited before `handle` runs, unless it only reads (`see`). */
  action: Action;
  /** Whom it is about, for the audit log, which has an entry for each. Throws `not_here` if there is no such thing. */
  subject?(call: Call<Body>): Promise<Subject | readonly Subject[]>;
  handle(call: Call<Body> & { operator: Operator; session: OperatorSession }): Promise<Answer>;
}

export type Route =
  | PlatformRoute<unknown, unknown, unknown>
  | CustomerRoute<unknown>
  | GuestRoute
  | VisitorRoute<unknown>
  | PublicRoute
  | ConsoleRoute<unknown>
  | OperatorRoute<unknown>;
