import type { CustomerUsage, UsedByWhose } from '../../../core/contract/fleet-usage.ts';
import type { ReadingState } from '../../../core/contract/usage-kinds.ts';
import type { UsageBox } from '../../../core/contract/usage-sum.ts';
import type { Refusal } from '../../model/state.ts';
import { percent } from '../model/end-counts.ts';
import { byWhose, costWords, countWords, shareOf, tokensOf } from '../model/usage.ts';
import { WORDS } from '../model/words.ts';
import { Ago } from './moment.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

interface Props {
  customer: string;
  body?: CustomerUsage;
  why?: Refusal;
}

/** How the last reading of a box ended, where it was not as it should be. */
const STATES: Readonly<Record<ReadingState, string>> = {
  read: '',
  partial: 'OpenClaw had not finished counting, so there may be more.',
  none: 'No gateway ran that could say it.',
  unsaid: 'OpenClaw said nothing that is known: 2026.4.15 and older cannot.',
  too_much: 'There was more than is read, so some of it is missing.',
};

/** What a customer's boxes have used: by month, by day, and this month's by model. */
export function UsageOf({ customer, body, why }: Props) {
  const { can } = useDesk();
  return (
    <section>
      <h2>Usage</h2>
      <Problem why={why} />
      {body && body.months.length === 0 && (
        <p class="soft">
          {body.boxes.length === 0
            ? 'Nothing has been read yet.'
            : 'Nothing was counted in the last 12 months.'}
        </p>
      )}
      {body && body.months.length > 0 && (
        <>
          {can('usage-export') && (
            <p>
              Export the last 13 months by day and model:{' '}
              <a href={`/api/v1/customers/${customer}/usage/export?format=csv`} download>
                CSV
              </a>
              ,{' '}
              <a href={`/api/v1/customers/${customer}/usage/export?format=jsonl`} download>
                JSON lines
              </a>
            </p>
          )}
          <Times of="Month" label={`Usage of ${customer} by month`} times={byWhose(body.months, 'month')} />
          <details>
            <summary>The last 31 days</summary>
            <Times of="Day" label={`Usage of ${customer} by day`} times={byWhose(body.days, 'day')} />
          </details>
          <details>
            <summary>This month by model</summary>
            <Models customer={customer} models={body.models} />
          </details>
        </>
      )}
      {body?.boxes.map((box) => (
        <ReadLast key={box.box} box={box} />
      ))}
    </section>
  );
}

/** Days and months are those of the customer's time zone. */
function Times({ of, label, times }: { of: string; label: string; times: [string, UsedByWhose][] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label={label}>
      <table class="numbers">
        <UsageHead first={of} />
        <tbody>
          {times.map(([time, used]) => (
            <tr key={time}>
              <th scope="row">{time}</th>
              <UsageCells used={used} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What `UsageCells` says, in its order. */
export const USAGE_COLUMNS = [
  'Own requests',
  'Cost of own',
  'Platform’s requests',
  'Cost of platform’s',
  'Platform’s share',
  'Not connected here',
] as const;

/** The columns of a table of usage. */
function UsageHead({ first }: { first: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {USAGE_COLUMNS.map((label) => (
          <th key={label} scope="col">
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** What was used, in `USAGE_COLUMNS`. */
export function UsageCells({ used }: { used: UsedByWhose }) {
  const share = shareOf(used);
  return (
    <>
      <td>{countWords(used.own.requests)}</td>
      <td>{costWords(used.own)}</td>
      <td>{countWords(used.platform.requests)}</td>
      <td>{costWords(used.platform)}</td>
      <td class="with-bar">
        {share === undefined ? '–' : percent(share)}
        {share !== undefined && share > 0 && (
          <span class="meter bad" aria-hidden="true">
            <span style={{ width: `${share * 100}%` }} />
          </span>
        )}
      </td>
      <td class="soft">{countWords(used.unknown.requests)}</td>
    </>
  );
}

function Models({ customer, models }: { customer: string; models: CustomerUsage['models'] }) {
  if (models.length === 0) return <p class="soft">Nothing was counted this month.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label={`Models of ${customer} this month`}>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Answered with</th>
            <th scope="col">Requests</th>
            <th scope="col">Tokens</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {models.map((sum) => (
            <tr key={`${sum.provider} ${sum.model} ${sum.kind}`}>
              <th scope="row">
                <code>
                  {sum.provider}/{sum.model}
                </code>
              </th>
              <td>{WORDS.usageKinds[sum.kind ?? 'unknown']}</td>
              <td>{countWords(sum.requests)}</td>
              <td>{countWords(tokensOf(sum))}</td>
              <td>{costWords(sum)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ReadLast({ box: { box, state, readAt, triedAt, fellBackAt } }: { box: UsageBox }) {
  return (
    <p class="soft">
      {box}:{' '}
      {readAt === null ? (
        'never read'
      ) : (
        <>
          last read <Ago at={readAt} />
        </>
      )}
      {state !== 'read' && (
        <>
          , last tried <Ago at={triedAt} />. {STATES[state]}
        </>
      )}
      {fellBackAt !== null && (
        <>
          {' '}
          OpenClaw said less of a day than before <Ago at={fellBackAt} />: chats were deleted for good, or the
          box is another one. What was counted stays.
        </>
      )}
    </p>
  );
}
