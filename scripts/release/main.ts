import { readFileSync } from 'node:fs';
import { notesOf } from './notes.ts';

/** `node scripts/release/main.ts v1.2.3` prints the release's notes; exit code 1 when there must not be a release. */
const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
try {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  console.log(notesOf(process.argv[2] ?? '', version, read('CHANGELOG.md')));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
