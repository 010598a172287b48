import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PageVisit } from '../../client/page-visit.ts';
import { whyText } from '../../model/page-screen.ts';
import { ChangingText } from '../../parts/changing-text.tsx';
import { ReceiptLink, Revoke } from '../../parts/gone.tsx';
import { Desk } from './desk.ts';
import { GroupList } from './group-list.tsx';
import { MANAGE } from './texts.ts';
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
          <ChangingText text={`${MANAGE.failed} ${whyText(refused)}`} />
        </p>
        <button class="secondary" type="button" onClick={() => void desk.load()}>
          {MANAGE.again}
        </button>
      </div>
    );
  if (!groups)
    return (
      <div class="body" aria-busy="true">
        <p>{MANAGE.loading}</p>
      </div>
    );
  const { lead, leadOne, nothing } = MANAGE;
  const hasSeveral = groups.some(({ connections }) => connections.length > 1);
  const hasBoxes = new Set(groups.map(({ box }) => box)).size > 1;
  return (
    <div class="body">
      <p>{groups.length === 0 ? nothing : hasSeveral ? lead : leadOne}</p>
      <div role="status">
        {gone.map((one) => (
          <div key={one.connection.id} class="own-gone">
            <p>
              {goneText(one)} {one.end.revokeAt && MANAGE.end.valid}
            </p>
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
