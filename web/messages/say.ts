import { IntlMessageFormat } from 'intl-messageformat';
import type { ComponentChildren } from 'preact';
import type { ErrorCode } from '../../core/contract/error-rows.ts';
import { directionOf, type Spoken } from '../../core/contract/languages.ts';
import type { Compiled } from './compile.ts';
import type { messages as keys } from './en/keys.ts';
import type { messages as page } from './en/page.ts';
import { heardOf } from './heard.ts';

/** The messages of each part of the page, by English, which has them all; each part is loaded by itself. */
export interface Parts {
  page: typeof page;
  keys: typeof keys;
  errors: Readonly<Record<ErrorCode, string>>;
}
export type Part = keyof Parts;
type Messages = Parts['page'] & Parts['keys'];
export type MessageKey = keyof Messages;

/** The part of another language: what is not in it is said in English. */
export type Translated<Name extends Part> = Readonly<Partial<Record<keyof Parts[Name], string>>>;

/** A message's arguments and its tags, by its English; `minutes` of `{minutes, plural, …}`, `link` of `<link>…</link>`. */
type NameIn<Text> = Text extends `${infer Before}}${string}` ? FirstOf<Before> : FirstOf<Text>;
type FirstOf<Text> = Text extends `${infer Name},${string}` ? Word<Name> : Word<Text>;
type Word<Text> = Text extends `${string}${' ' | '{' | '<' | '.'}${string}` ? never : Text;
type ArgumentsIn<Text> = Text extends `${string}{${infer Rest}` ? NameIn<Rest> | ArgumentsIn<Rest> : never;
type TagsIn<Text> = Text extends `${string}</${infer Name}>${infer Rest}` ? Name | TagsIn<Rest> : never;

type Value = string | number;
type ValuesOf<Key extends MessageKey> = [ArgumentsIn<Messages[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<ArgumentsIn<Messages[Key]>, Value>>];
type RichOf<Key extends MessageKey> = Readonly<
  Record<ArgumentsIn<Messages[Key]>, Value> &
    Record<TagsIn<Messages[Key]>, (inside: ComponentChildren) => ComponentChildren>
>;

interface Said extends Spoken {
  parts: Partial<Record<Part, Readonly<Record<string, Compiled>>>>;
  formats: Map<Compiled, IntlMessageFormat>;
}

/** The page speaks one language at a time. */
let now: Said | undefined;

/** From now on the page speaks this language, with as many of its parts as have been loaded. */
export function speak({ language, locale }: Spoken, parts: Said['parts']): void {
  now = { language, locale, parts, formats: new Map() };
}

/** Whether a part of the page's language is there; without it, what it has is not said. */
export function canSay(part: Part): boolean {
  return now?.parts[part] !== undefined;
}

/** The locale by which dates, numbers and lists are written. */
export function locale(): string {
  return now?.locale ?? 'en';
}

/** A message in the page's language. Empty while that is not there. */
export function say<Key extends MessageKey>(key: Key, ...[values]: ValuesOf<Key>): string {
  return format(messageOf(key), values);
}

/** The same with elements: each tag of the message by a function of what is inside it. */
export function rich<Key extends MessageKey>(key: Key, values: RichOf<Key>): ComponentChildren {
  return format(messageOf(key), values);
}

/** Whether there is such a message, for keys that are made of parts. */
export function isMessage(key: string): key is MessageKey {
  return messageOf(key) !== undefined;
}

/** Whole sentences, one after the other; what is empty or absent is not one. */
export const together = (...sentences: readonly (string | undefined)[]) => joined('together', sentences);

/**
 * What is to be said of one thing, in a row; what is empty or absent is not said. `Intl.ListFormat` is for things that are
 * alike: it has "and" before the last in half of the languages, and in Chinese nothing in between.
 */
export const listed = (...facts: readonly (string | undefined)[]) => joined('listed', facts);

function joined(by: 'together' | 'listed', parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .reduce((first = '', then = '') => (first === '' ? then : say(by, { first, then })), '') as string;
}

/** What an error is about, where that is known. */
export type About = 'key' | 'signIn' | 'other';

/** What went wrong, in words for the customer; undefined for a code that neither this page nor the api has words for. */
export function knownError(code: string, what: About = 'other'): string | undefined {
  const messages = now?.parts.errors;
  return messages && Object.hasOwn(messages, code) ? format(messages[code], { what }) : heardOf(code);
}

/** The same; what is not known at all went wrong on our side. */
export function errorText(code: string, what: About = 'other'): string {
  return knownError(code, what) ?? knownError('internal_error') ?? '';
}

function messageOf(key: string): Compiled | undefined {
  return now?.parts.page?.[key] ?? now?.parts.keys?.[key];
}

type Values = Readonly<Record<string, Value | ((inside: ComponentChildren) => ComponentChildren)>>;

// A text without arguments needs no library; what has any is formatted by it.
function format(message: Compiled | undefined, values?: Values): string {
  if (message === undefined || now === undefined || typeof message === 'string') return `${message ?? ''}`;
  let made = now.formats.get(message);
  if (!made) {
    made = new IntlMessageFormat(message, now.locale);
    now.formats.set(message, made);
  }
  return made.format<ComponentChildren>(apart(values ?? {}) as never) as string;
}

const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufefc]/;

/**
 * Lists whose parts are set apart already. Set apart as a whole, a list would run from the left: a browser goes by the first
 * letter, and does not look into the parts for it.
 */
const COMPOSED = new Set(['what', 'first']);

/** What is put in may be written in the other direction: it is set apart from what is around it. */
function apart(values: Values): Values {
  const isFromTheRight = now !== undefined && directionOf(now.language) === 'rtl';
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isOther = typeof value === 'string' && (isFromTheRight || FROM_THE_RIGHT.test(value));
      return [name, isOther && !COMPOSED.has(name) ? `\u2068${value}\u2069` : value];
    }),
  );
}
