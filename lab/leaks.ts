import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Shortest part of a secret that counts as a leak: what a cut or wrapped one would leave. */
const PART = 16;

/**
 * Names the places that contain a secret, or any run of 16 of its characters. Codes, tokens and
 * verifiers are random: a run that long is no accident.
 */
export function leaks(secrets: readonly string[], places: Readonly<Record<string, string>>): string[] {
  const parts = new Set(secrets.flatMap((secret) => runs(secret)));
  return Object.entries(places).flatMap(([name, text]) => (holds(text, parts) ? [name] : []));
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

function runs(secret: string): string[] {
  return Array.from({ length: Math.max(0, secret.length - PART + 1) }, (_, at) =>
    secret.slice(at, at + PART),
  );
}

function holds(text: string, parts: ReadonlySet<string>): boolean {
  for (let at = 0; at + PART <= text.length; at += 1) {
    if (parts.has(text.slice(at, at + PART))) return true;
  }
  return false;
}
