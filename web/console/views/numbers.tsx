import type { ComponentChildren } from 'preact';
import type { CaseCount } from '../../../core/contract/cases.ts';
import type { Ended, Numbers } from '../../../core/contract/console-api.ts';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import { PHASES } from '../../../core/contract/phases.ts';
import type { Release } from '../../../core/contract/releases.ts';
import { PROGRAM_NAMES } from '../../../core/contract/versions.ts';
import { span } from '../model/durations.ts';
import { type EndCounts, failedCount, failures, percent, successOf } from '../model/end-counts.ts';
import { hashOf } from '../model/place.ts';
import { credentialWords, WORDS } from '../model/words.ts';
import { CASE_WORDS } from '../parts/case-words.ts';
import { Heading } from '../parts/heading.tsx';
import { Day } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { Said } from '../parts/said.tsx';
import { useAnswer, useDesk, useObservable } from '../parts/use.ts';

/** How handshakes are doing: outcomes, times per phase, and versions, so that a release that breaks things stands out. */
export function NumbersView() {
  const { desk, board } = useDesk();
  useObservable(board);
  // Again whenever a handshake has ended, that is, with every outcome, but not with every step of one that is running.
  const ended = [...board.rows.values()].filter(
    ({ phase }) => phase === 'connected' || phase === 'failed',
  ).length;
  const { body, why } = useAnswer(() => desk.api.numbers(), [ended]);
  return (
    <>
      <Heading title="Numbers" />
      <Problem why={why} />
      {!body && !why && (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
      {body && <Found numbers={body} />}
    </>
  );
}

function Found({ numbers }: { numbers: Numbers }) {
  const { active, stuck, phases, ended, releases = [], incidents = [], missing } = numbers;
  const running = Object.values(active).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <div class="tiles">
        <Tile name="Under way" value={running} />
        <Tile name="Waiting for the customer" value={active.waiting ?? 0} />
        <Tile name="Need attention" value={stuck} isBad={stuck > 0} />
      </div>
      {missing && (
        <section>
          <Problem why={missing} />
        </section>
      )}
      {ended && <Outcomes ended={ended} />}
      {ended && <Credentials credentials={ended.credentials ?? []} />}
      {incidents.length > 0 && <Incidents incidents={incidents} />}
      <section>
        <h2>Time per phase</h2>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <th scope="col">Median</th>
              <th scope="col">95th percentile</th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {PHASES.map((phase) => {
              const times = phases[phase];
              if (!times) return null;
              return (
                <tr key={phase}>
                  <th scope="row">{WORDS.phases[phase]}</th>
                  <td>{span(times.median)}</td>
                  <td>{span(times.p95)}</td>
                  <td class="soft">{times.count}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {releases.length > 0 && <Releases releases={releases} />}
      {ended && (
        <>
          <VersionTable name="claude" versions={ended.claude} />
          <VersionTable name="openclaw" versions={ended.openclaw} />
        </>
      )}
    </>
  );
}

function Outcomes({ ended: { lastDay, lastWeek, unasked } }: { ended: Ended }) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable */}
      <section class="wide-table" tabIndex={0} aria-label="Outcomes">
        <h2>Outcomes</h2>
        <table class="numbers">
          <OutcomeHead>
            <span class="unseen">When</span>
          </OutcomeHead>
          <tbody>
            <OutcomeRow name="Last 24 hours" outcomes={lastDay} />
            <OutcomeRow name="Last 7 days" outcomes={lastWeek} />
          </tbody>
        </table>
        {unasked && <Unasked {...unasked} />}
      </section>
      <Failures day={lastDay} week={lastWeek} />
    </>
  );
}

/** What pages began for customers who only looked: a box that is at fault shows here all the same. */
function Unasked({ lastDay, lastWeek }: NonNullable<Ended['unasked']>) {
  const failed = failures(lastWeek);
  if (failed.length === 0) return null;
  return (
    <p class="soft">
      Not counted: {failedCount(lastDay)} in 24 hours and {failedCount(lastWeek)} in 7 days that failed before
      the customer clicked (
      {failed.map(([code, count], at) => (
        <>
          {at > 0 && ', '}
          <a href={hashOf({ name: 'handshakes', filter: { error: code } })}>{code}</a> {count}
        </>
      ))}
      ).
    </p>
  );
}

function Tile({ name, value, isBad = false }: { name: string; value: number; isBad?: boolean }) {
  return (
    <p class={isBad ? 'tile bad' : 'tile'}>
      <b>{value}</b> {name}
    </p>
  );
}

function OutcomeRow({ name, outcomes }: { name: string; outcomes: EndCounts }) {
  const success = successOf(outcomes);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{outcomes.connected}</td>
      <td>{failedCount(outcomes)}</td>
      <td>{outcomes.expired}</td>
      <td>{outcomes.cancelled}</td>
      <td class="with-bar">
        {success === undefined ? '–' : percent(success)}
        {success !== undefined && (
          <span class="meter" aria-hidden="true">
            <span style={{ width: `${success * 100}%` }} />
          </span>
        )}
      </td>
    </tr>
  );
}

function Failures({ day, week }: { day: EndCounts; week: EndCounts }) {
  const codes = failures(week);
  const most = codes[0]?.[1] ?? 1;
  return (
    <section>
      <h2>Why they failed</h2>
      {codes.length === 0 ? (
        <p class="soft">None has failed in seven days.</p>
      ) : (
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Error</th>
              <th scope="col">24 hours</th>
              <th scope="col">7 days</th>
            </tr>
          </thead>
          <tbody>
            {codes.map(([code, count]) => (
              <tr key={code}>
                <th scope="row">
                  <a href={hashOf({ name: 'handshakes', filter: { error: code } })}>{code}</a>
                  <span class="soft block">
                    <Said text={(CATALOGUE[code] as CatalogueRow).support} />
                  </span>
                </th>
                <td>{day.failed[code] ?? 0}</td>
                <td class="with-bar">
                  {count}
                  <span class="meter bad" aria-hidden="true">
                    <span style={{ width: `${(count / most) * 100}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** How often what customers brought was accepted: a provider whose keys fail shows up there. */
function Credentials({ credentials }: { credentials: NonNullable<Ended['credentials']> }) {
  if (credentials.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label="By credential">
      <h2>By credential, last 7 days</h2>
      <table class="numbers">
        <OutcomeHead>Credential</OutcomeHead>
        <tbody>
          {credentials.map(({ provider, method, ...outcomes }) => (
            <OutcomeRow
              key={`${provider} ${method}`}
              name={credentialWords({ provider, method })}
              outcomes={outcomes}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Incidents({ incidents }: { incidents: readonly CaseCount[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label="Cases">
      <h2>Cases</h2>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">What is wrong</th>
            <th scope="col">Opened in 24 hours</th>
            <th scope="col">In 7 days</th>
            <th scope="col">Resolved in 7 days</th>
            <th scope="col">Not resolved</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map(({ kind, openedInDay, openedInWeek, resolvedInWeek, unresolved }) => (
            <tr key={kind}>
              <th scope="row">
                <a href={hashOf({ name: 'cases', search: { kind } })}>{CASE_WORDS.kinds[kind]}</a>
              </th>
              <td>{openedInDay}</td>
              <td>{openedInWeek}</td>
              <td>{resolvedInWeek}</td>
              <td>{unresolved}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function OutcomeHead({ children }: { children: ComponentChildren }) {
  return (
    <thead>
      <tr>
        <th scope="col">{children}</th>
        <th scope="col">Connected</th>
        <th scope="col">Failed</th>
        <th scope="col">Expired</th>
        <th scope="col">Cancelled</th>
        <th scope="col">Success</th>
      </tr>
    </thead>
  );
}

/** What trying releases has come to, before customers' boxes have them. */
function Releases({ releases }: { releases: readonly Release[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label="Releases that were tried">
      <h2>Releases that were tried</h2>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Release</th>
            <th scope="col">Verdict</th>
            <th scope="col">Tried</th>
            <th scope="col">Boxes</th>
          </tr>
        </thead>
        <tbody>
          {releases.map(({ program, version, verdict, at, summary }) => (
            <tr key={`${program} ${version}`}>
              <th scope="row">
                {PROGRAM_NAMES[program]} {version}
                <span class="soft block">{summary}</span>
              </th>
              <td class={`tried ${verdict}`}>{verdict}</td>
              <td>
                <Day at={at} />
              </td>
              <td>
                <a href={hashOf({ name: 'fleet', search: { version } })}>Boxes that have it</a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function VersionTable({ name, versions }: { name: string; versions: Ended['claude'] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label={`By version of ${name}`}>
      <h2>By version of {name}, last 7 days</h2>
      {versions.length === 0 ? (
        <p class="soft">No version is known yet.</p>
      ) : (
        <table class="numbers">
          <OutcomeHead>Version</OutcomeHead>
          <tbody>
            {versions.map((each) => (
              <OutcomeRow key={each.version} name={each.version} outcomes={each} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
