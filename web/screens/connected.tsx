import type { ComponentChildren } from 'preact';
import type { PageVisit } from '../client/page-visit.ts';
import { rich, say } from '../messages/say.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { Day } from '../parts/day.tsx';
import { bare, linkTo } from '../parts/out-link.tsx';

interface Props {
  screen: PageScreen & { name: 'connected' };
  visit: PageVisit;
  isInert: boolean;
}

/** The lasting result, how to take it back, and what is connected beside it. */
export function Connected({ screen, visit, isInert }: Props) {
  const { connection, lead, modelLabel, model, facts, revoke, others } = screen;
  const Others = visit.places?.Body;
  return (
    <div class="body">
      <p>
        <ChangingText text={lead} />
      </p>
      <dl class="facts">
        {connection.label && (
          <Fact name={say('connected.label')}>
            <span key={connection.label} dir="auto" translate={false}>
              {connection.label}
            </span>
          </Fact>
        )}
        {model && (
          <Fact name={modelLabel}>
            <span dir="ltr" translate={false}>
              <ChangingText text={model} />
            </span>
          </Fact>
        )}
        {facts.map(({ name, at, text }) => (
          <Fact key={name} name={name}>
            {at ? <Day at={at} /> : <bdi>{text}</bdi>}
          </Fact>
        ))}
      </dl>
      {revoke && (
        <p key={revoke.to}>
          {revoke.what === 'signIn'
            ? rich('connected.revoke', { link: linkTo(revoke.to) })
            : rich('connected.revokeKey', { address: bare(revoke.to), link: linkTo(revoke.to) })}
        </p>
      )}
      {Others && others.length > 0 && <Others screen={screen} visit={visit} isInert={isInert} />}
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
