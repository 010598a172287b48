import type { Request } from 'express';
import { LimitReached, networkOf } from '../../../http/limits.ts';
import { NOTICES_PATH } from '../../../notices/unsubscribe-links.ts';
import { unsubscribeHtml } from '../../../notices/unsubscribe-page.ts';
import { languageOf } from '../../../notices/words.ts';
import type { Answer } from '../../../route.ts';
import type { Services } from '../../../services.ts';

interface Opened {
  services: Services;
  request: Request;
  customer: string;
}

/** The page whatever happens: whoever comes from a mail has no use for an error of the API's, which is no page. */
export async function switched(opened: Opened, how: 'look' | 'off' | 'on'): Promise<Answer> {
  try {
    return await switchedOrThrown(opened, how);
  } catch (thrown) {
    const isMany = thrown instanceof LimitReached;
    const reason = thrown instanceof Error ? thrown.message : 'unknown';
    if (!isMany) opened.services.log.warn({ reason }, 'notices: a link was not answered');
    const ownHtml = unsubscribeHtml({ language: 'en', customer: opened.customer, shown: 'failed' });
    return { status: isMany ? 429 : 503, ownHtml, isUnaudited: true };
  }
}

/**
 * Answers a link from a mail with its page, after having switched what it names; `look`: nothing. A wrong link is counted; a
 * right one may be opened as often as somebody likes, and changes something once.
 */
async function switchedOrThrown(
  { services, request, customer }: Opened,
  how: 'look' | 'off' | 'on',
): Promise<Answer> {
  const { customers, limits, unsubscribe } = services;
  const { group: named, proof } = request.params;
  const found = await customers.find(customer);
  const group = unsubscribe.groupIn({ customer, email: found?.email ?? null }, { group: named, proof });
  if (!group) {
    await limits.count('missedLink', networkOf(request.ip));
    // In no language of theirs: whoever made the link up learns nothing.
    const ownHtml = unsubscribeHtml({ language: 'en', customer, shown: undefined });
    return { status: 404, ownHtml, isUnaudited: true };
  }
  let isNew = false;
  if (how !== 'look') {
    await limits.count('notices', customer);
    isNew = await customers.switchNotices(customer, group, how === 'on');
  }
  const known = await customers.find(customer);
  const isOn = !known?.noticesOff.includes(group);
  const here = `${NOTICES_PATH}${group}/${proof}`;
  const shown = { group, isOn, isDone: isNew, action: isOn ? here : `${here}/on` };
  const ownHtml = unsubscribeHtml({ language: languageOf(known?.locale ?? null), customer, shown });
  return { status: 200, ownHtml, ...(isNew ? { detail: `${group} ${how}` } : { isUnaudited: true }) };
}
