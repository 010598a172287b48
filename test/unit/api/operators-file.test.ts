import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { operatorsIn, replaceOperators } from '../../../api/operators/file.ts';
import { OperatorsFileError } from '../../../api/operators/file-text.ts';

const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'s'.repeat(22)}$${'h'.repeat(43)}`;
const olga = { role: 'admin', password: HASH } as const;

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-operators-'));
  file = join(directory, 'operators.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a file that is not there has no operators', () => {
  expect(operatorsIn(file)).toEqual(new Map());
});

test('is written for its owner alone, in place of the one before, with nothing left beside it', () => {
  replaceOperators(file, new Map([['olga', olga]]));
  replaceOperators(file, new Map(operatorsIn(file)).set('ben', { ...olga, role: 'observer' }));
  expect([...operatorsIn(file).keys()]).toEqual(['ben', 'olga']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['operators.yaml']);
});

test('one that is not right is not written over', () => {
  writeFileSync(file, 'operators: { olga: {} }');
  expect(() => operatorsIn(file)).toThrow(OperatorsFileError);
});

test('where it cannot be written is said', () => {
  const nowhere = join(directory, 'no-such-folder', 'operators.yaml');
  expect(() => replaceOperators(nowhere, new Map())).toThrow(/cannot be written/);
});
