import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Shortest part of a secret that counts as a leak: what a cut or wrapped one would leave. */
const PART = 16;
/** Every run of that length holds one of this that begins at a multiple of it: an eighth of the text is looked at. */
const STEP = 8;

/**
 * Names the places that contain a secret, or any run of 16 of its characters. Codes, tokens and
 * verifiers are random: a run that long is no accident.
 */
export function leaks(secrets: readonly string[], places: Readonly<Record<string, string>>): string[] {
  const parts = new Set(secrets.flatMap((secret) => runs(secret, PART)));
  const hints = new Set([...parts].flatMap((part) => runs(part, STEP)));
  return Object.entries(places).flatMap(([name, text]) => (holds(text, parts, hints) ? [name] : []));
}

/** Files below a directory as places, but for those whose path `except` matches. */
export function filesBelow(directory: string, except?: RegExp): Record<string, string> {
  const places: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, entry);
    if (except?.test(entry)) continue;
    try {
      if (statSync(path).isFile()) places[entry] = readFileSync(path, 'latin1');
    } catch {
      // Sockets, dangling links and files that have just gone.
    }
  }
  return places;
}

function runs(secret: string, length: number): string[] {
  return Array.from({ length: Math.max(0, secret.length - length + 1) }, (_, at) =>
    secret.slice(at, at + length),
  );
}

function holds(text: string, parts: ReadonlySet<string>, hints: ReadonlySet<string>): boolean {
  for (let at = 0; at + STEP <= text.length; at += STEP) {
    if (!hints.has(text.slice(at, at + STEP))) continue;
    for (let from = Math.max(0, at - STEP); from <= at; from += 1)
      if (parts.has(text.slice(from, from + PART))) return true;
  }
  return false;
}
