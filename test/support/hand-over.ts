import type { Continued, HandOver, HandOverOffer } from '../../core/contract/hand-over.ts';
import type { Answer, Headers, Visitor } from './visitor.ts';

/** Two addresses that are nobody's (RFC 5737), as a trusted proxy names them. */
export const HOME: Headers = { 'x-forwarded-for': '203.0.113.7' };
export const AWAY: Headers = { 'x-forwarded-for': '198.51.100.9' };

/** A signed-in page asks for a link; its token. */
export async function offerFrom(first: Visitor, from = HOME): Promise<string> {
  const { status, json, text } = await first.post('/api/v1/hand-over', {}, from);
  if (status !== 201) throw new Error(`no link: ${status} ${text}`);
  return new URL((json as HandOverOffer).url).pathname.split('/').at(-1) ?? '';
}

/** Somebody clicks in a browser, which keeps the cookie. */
export async function openIn(second: Visitor, token: string, from = HOME): Promise<Answer> {
  const answer = await second.post('/api/v1/continue/open', { token }, from);
  keep(second, answer);
  return answer;
}

/** The word that a browser shows. */
export async function wordIn(second: Visitor): Promise<string> {
  const { json } = await second.get('/api/v1/continue');
  const continued = json as Continued;
  if (continued.state !== 'opened') throw new Error(`no word: ${continued.state}`);
  return continued.word;
}

/** The page's answer; `word` null: none of them. */
export async function answerIn(first: Visitor, word: string | null, from = HOME): Promise<Answer> {
  const state = await stateIn(first);
  return first.post('/api/v1/hand-over/answer', { id: 'id' in state ? state.id : '', word }, from);
}

/** The browser asks for its session, and keeps it. */
export async function enterIn(second: Visitor, from = HOME): Promise<Answer> {
  const answer = await second.post('/api/v1/continue/enter', {}, from);
  keep(second, answer);
  return answer;
}

export async function stateIn(first: Visitor): Promise<HandOver> {
  return (await first.get('/api/v1/hand-over')).json as HandOver;
}

/** The whole of it, on one network. */
export async function handOver(first: Visitor, second: Visitor): Promise<void> {
  await openIn(second, await offerFrom(first));
  await answerIn(first, await wordIn(second));
  const { status, json, text } = await enterIn(second);
  if (status !== 200 || (json as Continued).state !== 'entered') throw new Error(`not in: ${status} ${text}`);
  second.csrf = ((await second.get('/api/v1/session')).json as { csrf: string }).csrf;
}

function keep(browser: Visitor, { headers }: Answer): void {
  const [cookie] = headers['set-cookie'] ?? [];
  if (cookie === undefined) return;
  const [pair = ''] = cookie.split(';');
  const [name = ''] = pair.split('=');
  const others = (browser.cookie ?? '').split('; ').filter((each) => each && !each.startsWith(`${name}=`));
  browser.cookie = [...others, pair].join('; ');
}
