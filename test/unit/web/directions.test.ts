import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const WEB = new URL('../../../web/', import.meta.url);
/** The customer's page: the console speaks English alone. */
const FOLDERS = ['style', 'keys', 'hand-over', 'screens', 'parts'];

/** What names a side of the screen and is the same from either of them. */
const EXCEPTIONS: readonly string[] = [
  // Transparent at both of its ends.
  'style/picture.css: background: linear-gradient(90deg, transparent, var(--accent), transparent)',
];

const files = FOLDERS.flatMap((folder) =>
  readdirSync(new URL(folder, WEB), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
);
const textOf = (file: string) => readFileSync(new URL(file, WEB), 'utf8');

const SIDED =
  /^(left|right|(margin|padding|border|scroll-(margin|padding))-(left|right)(-\w+)?|border-(top|bottom)-(left|right)-radius|object-position|background-position(-x)?|transform-origin)$/;
const ALL_SIDES = /^(margin|padding|inset|border-(width|style|color|radius))$/;
/** `--onward` turns it round. */
const TURNED = /var\(--onward\)/;

/** The parts of a value, by the spaces that are within no brackets. */
const partsOf = (value: string) => value.match(/(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+/g) ?? [];

/** Whether a declaration means a side of the screen, where it should mean the begin or the end of a line. */
function isSided(property: string, value: string): boolean {
  if (TURNED.test(value)) return false;
  if (SIDED.test(property)) return true;
  if (/^(text-align|float|clear|caption-side)$/.test(property)) return /\b(left|right)\b/.test(value);
  if (/translate(X|3d)?\(|scaleX\(|\b-?\d+deg\b|\bto (left|right)\b/.test(value)) return true;
  if (!ALL_SIDES.test(property)) return false;
  const [, right, , left] = partsOf(value);
  return left !== undefined && left !== right;
}

function sidedIn(css: string): string[] {
  const declarations = css
    .replaceAll(/\/\*.*?\*\//gs, '')
    .matchAll(/(?<=[{;]\s*)(?<property>[\w-]+):\s*(?<value>[^;{}]+)(?=[;}])/g);
  return [...declarations]
    .map(({ groups }) => ({ property: groups?.property ?? '', value: groups?.value?.trim() ?? '' }))
    .filter(({ property, value }) => isSided(property, value))
    .map(({ property, value }) => `${property}: ${value}`);
}

describe('a page that is read from the right', () => {
  const sheets = files.filter((name) => name.endsWith('.css'));

  test('has no style that names a side of the screen', () => {
    expect(sheets.length).toBeGreaterThan(5);
    const found = sheets.flatMap((file) => sidedIn(textOf(file)).map((said) => `${file}: ${said}`));
    expect(found).toEqual(EXCEPTIONS);
  });

  test('nor does any element in its own style', () => {
    const found = files.filter(
      (file) =>
        file.endsWith('.tsx') &&
        /\b(margin|padding|border)(Left|Right)\b|\b(left|right): |(textAlign|float): '(left|right)'/.test(
          textOf(file),
        ),
    );
    expect(found).toEqual([]);
  });

  test.each([
    'left: 0',
    'margin-right: auto',
    'border-top-left-radius: 4px',
    'text-align: left',
    'padding: 0 1rem 0 min(2rem, 5vw)',
    'transform: translateX(-50%)',
    'background: linear-gradient(90deg, red, blue)',
  ])('would be found: %s', (declaration) => {
    expect(sidedIn(`.one { color: red; ${declaration}; }`)).toEqual([declaration]);
  });

  test.each([
    'inset-inline: 0',
    'margin: 0 auto',
    'padding: 0 min(1rem, 5vw) 1rem min(1rem, 5vw)',
    'text-align: end',
    'transform: translateX(calc(-100% * var(--onward)))',
  ])('may be: %s', (declaration) => {
    expect(sidedIn(`.one { ${declaration}; }`)).toEqual([]);
  });
});
