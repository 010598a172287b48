import { expect, test } from '@jest/globals';
import { type ComponentType, h } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** The type checker of the tests reads no JSX. */
const MOMENT = '../../../../web/console/parts/moment.tsx';

test('an exact time says its zone', async () => {
  const { Exactly }: { Exactly: ComponentType<{ at: string }> } = await import(MOMENT);
  const at = '2026-11-30T09:00:00.000Z';
  const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')?.value;
  expect(zone).toMatch(/\w/);
  const shown = renderToString(h(Exactly, { at }));
  expect(shown.toLowerCase()).toContain(`datetime="${at.toLowerCase()}"`);
  expect(shown).toMatch(new RegExp(`>[^<]*\\b${zone}<`));
});
