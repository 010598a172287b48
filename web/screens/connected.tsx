import type { ComponentChildren } from 'preact';
import type { PageVisit } from '../client/page-visit.ts';
import type { Other, PageScreen } from '../model/page-screen.ts';
import { TEXTS } from '../model/texts.ts';
import { ActionButton } from '../parts/actions.tsx';
import { ChangingText } from '../parts/changing-text.tsx';
import { Day, dayOf } from '../parts/day.tsx';
import { OutLink } from '../parts/out-link.tsx';

interface Props {
  screen: PageScreen & { name: 'connected' };
  visit: PageVisit;
  isInert: boolean;
}

/** The lasting result, how to take it back, and what is connected beside it. */
export function Connected({ screen, visit, isInert }: Props) {
  const { connection, lead, modelLabel, model, revoke, others } = screen;
  const { since, until, label, others: othersHeading } = TEXTS.connected;
  return (
    <div class="body">
      <p>
        <ChangingText text={lead} />
      </p>
      <dl class="facts">
        {connection.label && (
          <Fact name={label}>
            <span key={connection.label} translate={false}>
              {connection.label}
            </span>
          </Fact>
        )}
        {model && (
          <Fact name={modelLabel}>
            <span translate={false}>
              <ChangingText text={model} />
            </span>
          </Fact>
        )}
        <Fact name={since}>
          <Day at={connection.connectedAt} />
        </Fact>
        {connection.expiresAt && (
          <Fact name={until}>
            <Day at={connection.expiresAt} />
          </Fact>
        )}
      </dl>
      {revoke && (
        <p key={revoke.to}>
          {revoke.before} <OutLink to={revoke.to}>{revoke.link}</OutLink>.
        </p>
      )}
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">{othersHeading}</h2>
          <ul class="choices">
            {others.map((other) => (
              <OtherRow key={other.key} other={other} visit={visit} isInert={isInert} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>
        <ChangingText text={name} />
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function OtherRow({ other, visit, isInert }: { other: Other; visit: PageVisit; isInert: boolean }) {
  const { icon, name, kind, model, again, connection } = other;
  const { otherSince, otherUntil } = TEXTS.connected;
  const times = [
    otherSince(dayOf(connection.connectedAt)),
    connection.expiresAt && otherUntil(dayOf(connection.expiresAt)),
  ];
  return (
    <li class="choice">
      <span class="letters" aria-hidden="true" translate={false}>
        {icon}
      </span>
      <span class="words">
        <b>
          {name}
          {connection.label && <span translate={false}>{` “${connection.label}”`}</span>}
        </b>
        <span class="about">{[kind, model, ...times].filter(Boolean).join(', ')}</span>
      </span>
      {again && <ActionButton action={again} look="plain" visit={visit} isInert={isInert} />}
    </li>
  );
}
