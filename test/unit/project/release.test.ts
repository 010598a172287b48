import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { notesOf } from '../../../scripts/release/notes.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const CHANGELOG = `# Changelog

## Unreleased

- Not yet.

## 1.2.0 - 2026-12-01

### Added

- A thing.

## [1.1.0] - 2026-11-01

- An older thing.

## 1.0.0

- Undated.

## 0.9.0 - 2026-01-01

## 0.8.0 - 2025-12-01
`;

describe('a release', () => {
  test('is announced with its section of the changelog', () => {
    expect(notesOf('v1.2.0', '1.2.0', CHANGELOG)).toBe('### Added\n\n- A thing.');
    expect(notesOf('v1.1.0', '1.1.0', CHANGELOG)).toBe('- An older thing.');
  });

  test.each([
    ['its tag is not the version of package.json', 'v1.2.1', '1.2.0', 'The tag is v1.2.1'],
    ['its tag lacks the v', '1.2.0', '1.2.0', 'The tag is 1.2.0'],
    ['the changelog has no section of it', 'v1.3.0', '1.3.0', 'no section "## 1.3.0'],
    ['only a longer version has a section', 'v1.2', '1.2', 'no section'],
    ['its section has no date', 'v1.0.0', '1.0.0', 'does not date 1.0.0'],
    ['its section is empty', 'v0.9.0', '0.9.0', 'says nothing of 0.9.0'],
  ])('does not happen where %s', (_, tag, version, said) => {
    expect(() => notesOf(tag, version, CHANGELOG)).toThrow(said);
  });

  test("of this package's version can be announced once its section is dated", () => {
    const { version } = JSON.parse(read('package.json'));
    const dated = read('CHANGELOG.md').replace('## Unreleased', `## ${version} - 2026-12-01`);
    expect(notesOf(`v${version}`, version, dated)).toMatch(/^### /);
  });
});

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}
interface Job {
  needs?: string | string[];
  container?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
}

describe.each(['ci', 'release'])('the workflow %s', (name) => {
  const workflow: Workflow = parse(read(`.github/workflows/${name}.yml`));
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('may only read, but for the job that makes the release', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const more = jobs.filter(([, { permissions }]) => permissions).map(([job]) => job);
    expect(more).toEqual(name === 'release' ? ['release'] : []);
  });

  test("uses GitHub's own actions alone, at a version, and leaves no credentials beside the code", () => {
    for (const { uses } of steps) if (uses) expect(uses).toMatch(/^actions\/[a-z-]+@v\d+$/);
    for (const step of steps)
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false);
  });

  test('runs files that there are, on Node 24, with a deadline', () => {
    const files = steps.flatMap(({ run }) => run?.match(/(?:\.ci|scripts)\/[\w./-]+/g) ?? []);
    expect(files).toContain('.ci/run');
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
    for (const [, job] of jobs) {
      expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
      if (job.container) expect(job.container).toBe('node:24-bookworm');
    }
    for (const step of steps) if (step.with?.['node-version']) expect(step.with['node-version']).toBe(24);
  });

  test('waits for jobs that there are', () => {
    const needed = jobs.flatMap(([, { needs }]) => needs ?? []);
    expect(needed.filter((job) => !(job in workflow.jobs))).toEqual([]);
    if (name === 'release') expect(workflow.jobs.release?.needs).toEqual(['notes', 'test', 'image']);
  });
});

test('the templates ask for something, each by a name of its own, and for no secret', () => {
  const forms = readdirSync(new URL('.github/ISSUE_TEMPLATE', root)).filter((file) => file !== 'config.yml');
  expect(forms.length).toBeGreaterThan(0);
  for (const file of forms) {
    const { name, description, body } = parse(read(`.github/ISSUE_TEMPLATE/${file}`));
    expect([name, description].every((text) => typeof text === 'string' && text !== '')).toBe(true);
    const fields = (body as { type: string; id?: string; attributes: { label?: string } }[]).filter(
      ({ type }) => type !== 'markdown',
    );
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    for (const { type, attributes } of fields) {
      expect(['textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
      expect(attributes.label).toBeTruthy();
    }
  }
  expect(read('.github/ISSUE_TEMPLATE/fault.yml')).toContain('no token, sign-in code or key');
  expect(read('.github/pull_request_template.md')).toContain('CHANGELOG.md');
});

test('Node 24 is what the package, the image and the workflows say', () => {
  const { engines, devDependencies } = JSON.parse(read('package.json'));
  expect(engines.node).toBe('>=24');
  expect(devDependencies['@types/node']).toMatch(/^\^24\./);
  expect(read('Dockerfile')).toMatch(/^ARG NODE=node:24\./m);
});
