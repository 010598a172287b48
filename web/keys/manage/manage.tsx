import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PageVisit } from '../../client/page-visit.ts';
import { say, together } from '../../messages/say.ts';
import { whyText } from '../../model/page-screen.ts';
import { ChangingText } from '../../parts/changing-text.tsx';
import { ReceiptLink, Revoke } from '../../parts/gone.tsx';
import { Desk } from './desk.ts';
import { GroupList } from './group-list.tsx';
import { goneText } from './words.ts';

/** What is connected: in which order it is used, what it is called, and whether it answers. */
export function Manage({ visit, isInert }: { visit: PageVisit; isInert: boolean }) {
  const [, show] = useState(0);
  const desk = useMemo(
    () =>
      new Desk({
        ask: (request) => visit.ask(request),
        now: () => visit.now,
        onChange: () => show((shown) => shown + 1),
        onSaved: () => visit.look(),
      }),
    [],
  );
  useEffect(() => {
    void desk.load();
    return () => desk.end();
  }, []);
  const { groups, refused, gone } = desk.shown;
  if (refused)
    return (
      <div class="body">
        <p class="problem" role="alert">
          <ChangingText text={together(say('manage.failed'), whyText(refused))} />
        </p>
        <button class="secondary" type="button" onClick={() => void desk.load()}>
          {say('manage.again')}
        </button>
      </div>
    );
  if (!groups)
    return (
      <div class="body" aria-busy="true">
        <p>{say('manage.loading')}</p>
      </div>
    );
  const hasSeveral = groups.some(({ connections }) => connections.length > 1);
  const hasBoxes = new Set(groups.map(({ box }) => box)).size > 1;
  return (
    <div class="body">
      <p>{say(groups.length === 0 ? 'manage.nothing' : hasSeveral ? 'manage.lead' : 'manage.leadOne')}</p>
      <div role="status">
        {gone.map((one) => (
          <div key={one.connection.id} class="own-gone">
            <p>{together(goneText(one), one.end.revokeAt && say('manage.end.valid'))}</p>
            {one.end.revokeAt && <Revoke at={one.end.revokeAt} />}
            {one.end.receipt && <ReceiptLink connection={one.connection.id} />}
          </div>
        ))}
      </div>
      {groups.map((group) => (
        <GroupList key={group.key} group={group} desk={desk} hasBoxes={hasBoxes} isInert={isInert} />
      ))}
    </div>
  );
}
